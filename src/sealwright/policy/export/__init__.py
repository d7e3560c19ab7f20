"""Rules as ValidatingAdmissionPolicies, so that the API server judges by what the commit was judged by."""
