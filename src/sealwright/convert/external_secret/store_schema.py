"""The providers of a store. Source: external-secrets.io v1 (config/crds/bases, secretstores), operator 2.9."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sealwright.convert.external_secret.shapes import Anything, Fields, Several, Text, Texts, Truth, Whole
from sealwright.convert.external_secret.words import ACCOUNT, KEY, NAME, NAMESPACE, SELECTOR, TEXT, choice, optional
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.convert.external_secret.shapes import Shape

_NAMES: Final = (
    *("akeyless", "barbican", "beyondtrust", "beyondtrustworkloadcredentials", "bitwardensecretsmanager", "chef"),
    *("cloudrusm", "conjur", "crd", "delinea", "doppler", "dvls", "fortanix", "github", "gitlab", "ibm", "infisical"),
    *("keepersecurity", "nebiusmysterybox", "ngrok", "onboardbase", "onepassword", "onepasswordSDK"),
    *("openBao", "oracle", "ovh", "passbolt", "passworddepot", "previder", "pulumi", "scaleway", "secretserver"),
    *("senhasegura", "volcengine", "webhook", "yandexcertificatemanager", "yandexlockbox"),
)
_JWT: Final = optional(serviceAccountRef=ACCOUNT)
_STATIC: Final = optional(
    accessKeyIDSecretRef=SELECTOR, secretAccessKeySecretRef=SELECTOR, sessionTokenSecretRef=SELECTOR
)
_CA: Final = Fields(
    {"key": KEY, "name": NAME, "namespace": NAMESPACE, "type": choice("Secret", "ConfigMap")}, required=("name", "type")
)
_WORKLOAD: Final = Fields(
    {"clusterLocation": TEXT, "clusterName": TEXT, "clusterProjectID": TEXT, "serviceAccountRef": ACCOUNT},
    required=("serviceAccountRef",),
)
_AWS: Final = Fields(
    {
        "additionalRoles": Several(TEXT),
        "auth": optional(jwt=_JWT, secretRef=_STATIC),
        "customSessionTags": Texts(),
        "externalID": TEXT,
        "prefix": TEXT,
        "region": TEXT,
        "role": TEXT,
        "secretsManager": optional(forceDeleteWithoutRecovery=Truth(), recoveryWindowInDays=Whole()),
        "service": choice("SecretsManager", "ParameterStore", "CertificateManager"),
        "sessionTags": Several(Fields({"key": TEXT, "value": TEXT}, required=("key", "value"))),
        "sessionTagsPolicy": choice("None", "Simple", "Custom"),
        "transitiveTagKeys": Several(TEXT),
    },
    required=("region", "service"),
)
_TOKEN: Final = Fields(
    {"audiences": Several(TEXT), "expirationSeconds": Whole(), "serviceAccountRef": ACCOUNT},
    required=("serviceAccountRef",),
)
_VAULT_AUTH: Final = optional(
    appRole=Fields(
        {"path": TEXT, "roleId": TEXT, "roleRef": SELECTOR, "secretRef": SELECTOR}, required=("path", "secretRef")
    ),
    cert=optional(clientCert=SELECTOR, path=TEXT, secretRef=SELECTOR, vaultRole=TEXT),
    gcp=Fields(
        {
            **dict.fromkeys(("location", "path", "projectID", "role"), TEXT),
            "secretRef": optional(secretAccessKeySecretRef=SELECTOR),
            "serviceAccountRef": ACCOUNT,
            "workloadIdentity": _WORKLOAD,
        },
        required=("role",),
    ),
    iam=Fields(
        {
            **dict.fromkeys(("externalID", "path", "region", "role", "vaultAwsIamServerID", "vaultRole"), TEXT),
            "jwt": _JWT,
            "secretRef": _STATIC,
        },
        required=("vaultRole",),
    ),
    jwt=Fields(
        {"kubernetesServiceAccountToken": _TOKEN, "path": TEXT, "role": TEXT, "secretRef": SELECTOR},
        required=("path",),
    ),
    kubernetes=Fields(
        {"mountPath": TEXT, "role": TEXT, "secretRef": SELECTOR, "serviceAccountRef": ACCOUNT},
        required=("mountPath", "role"),
    ),
    ldap=Fields({"path": TEXT, "secretRef": SELECTOR, "username": TEXT}, required=("path", "username")),
    namespace=TEXT,
    tokenSecretRef=SELECTOR,
    userPass=Fields({"path": TEXT, "secretRef": SELECTOR, "username": TEXT}, required=("path", "username")),
)
_VAULT: Final = Fields(
    {
        "auth": _VAULT_AUTH,
        "caBundle": TEXT,
        "caProvider": _CA,
        "checkAndSet": optional(required=Truth()),
        "forwardInconsistent": Truth(),
        "headers": Texts(),
        "namespace": TEXT,
        "path": TEXT,
        "readYourWrites": Truth(),
        "server": TEXT,
        "tls": optional(certSecretRef=SELECTOR, keySecretRef=SELECTOR),
        "version": choice("v1", "v2"),
    },
    required=("server",),
)
_FEDERATION: Final = optional(
    audience=TEXT,
    awsSecurityCredentials=Fields(
        {
            "awsCredentialsSecretRef": Fields({"name": NAME, "namespace": NAMESPACE}, required=("name",)),
            "region": Text(shortest=1, longest=50, pattern=Pattern(r"[a-z0-9-]+\Z"), says="a region"),
        },
        required=("awsCredentialsSecretRef", "region"),
    ),
    credConfig=Fields({"key": KEY, "name": NAME, "namespace": NAMESPACE}, required=("key", "name")),
    externalTokenEndpoint=TEXT,
    gcpServiceAccountEmail=Text(
        shortest=1, pattern=Pattern(r".*@.*\.iam\.gserviceaccount\.com\Z"), says="a service account of Google"
    ),
    serviceAccountRef=ACCOUNT,
)
_GCP: Final = optional(
    auth=optional(
        secretRef=optional(secretAccessKeySecretRef=SELECTOR),
        workloadIdentity=_WORKLOAD,
        workloadIdentityFederation=_FEDERATION,
    ),
    location=TEXT,
    projectID=TEXT,
    secretVersionSelectionPolicy=TEXT,
)
_AZURE: Final = Fields(
    {
        "authSecretRef": optional(
            clientCertificate=SELECTOR, clientId=SELECTOR, clientSecret=SELECTOR, tenantId=SELECTOR
        ),
        "authType": choice("ServicePrincipal", "ManagedIdentity", "WorkloadIdentity"),
        "customCloudConfig": Fields(
            dict.fromkeys(
                ("activeDirectoryEndpoint", "keyVaultDNSSuffix", "keyVaultEndpoint", "resourceManagerEndpoint"), TEXT
            ),
            required=("activeDirectoryEndpoint",),
        ),
        "environmentType": choice("PublicCloud", "USGovernmentCloud", "ChinaCloud", "GermanCloud", "AzureStackCloud"),
        "identityId": TEXT,
        "serviceAccountRef": ACCOUNT,
        "tenantId": TEXT,
        "useAzureSDK": Truth(),
        "vaultUrl": TEXT,
    },
    required=("vaultUrl",),
)
_FAKE: Final = Fields(
    {
        "data": Several(Fields({"key": TEXT, "value": TEXT, "version": TEXT}, required=("key", "value"))),
        "validationResult": Whole(),
    },
    required=("data",),
)

_KUBERNETES: Final = optional(
    auth=Fields(
        {
            "cert": Fields({"clientCert": SELECTOR, "clientKey": SELECTOR}, required=("clientCert", "clientKey")),
            "serviceAccount": ACCOUNT,
            "token": Fields({"bearerToken": SELECTOR}, required=("bearerToken",)),
        },
        exactly=1,
    ),
    authRef=SELECTOR,
    remoteNamespace=NAMESPACE,
    server=optional(caBundle=TEXT, caProvider=_CA, url=TEXT),
)

PROVIDERS: Final[dict[str, Shape]] = {
    **dict.fromkeys(_NAMES, Anything()),
    "aws": _AWS,
    "azurekv": _AZURE,
    "fake": _FAKE,
    "gcpsm": _GCP,
    "kubernetes": _KUBERNETES,
    "vault": _VAULT,
}
"""The shape of each provider's own mapping."""
