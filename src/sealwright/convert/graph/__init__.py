"""Who uses which Secret: workloads, service accounts, ingresses, stores, and whatever else names one."""
