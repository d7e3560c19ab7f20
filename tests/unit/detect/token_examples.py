"""One token for every format, put together when the tests run: no scanner of this repository shall take them for real.

`{A36}` stands for 36 random letters and digits; what other letters mean is in ALPHABETS.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string

ALPHABETS = {
    "A": string.ascii_letters + string.digits,
    "D": string.digits,
    "H": "0123456789abcdef",
    "L": string.ascii_letters,
    "N": string.ascii_lowercase + string.digits,
    "S": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "U": string.ascii_uppercase + string.digits,
}

UUID = "{H8}-{H4}-{H4}-{H4}-{H12}"

EXAMPLES: tuple[tuple[str, str], ...] = (
    *(("a GitHub token", f"gh{letter}_{{A36}}") for letter in "pousr"),
    ("a GitHub App token", "ghs_eyJ{A30}.{A60}.{A60}"),
    ("a GitHub fine-grained token", "github_pat_{A22}_{A59}"),
    *(("a GitLab token", f"gl{kind}-{{A20}}") for kind in ("pat", "dt", "rt", "ft", "soat", "ffct", "wt")),
    ("a GitLab token", "glrtr-{A20}"),
    ("a GitLab token", "ACME-glpat-{A20}"),
    ("a GitLab token", "glptt-{H40}"),
    ("a GitLab token", "glimt-{A25}"),
    ("a GitLab token", "gloas-{A64}"),
    ("a GitLab token", "glagent-{A50}"),
    ("a GitLab token", "glpat-{A27}.01.{N9}"),
    ("a GitLab job token", "glcbt-64_{A20}"),
    ("a GitLab runner registration token", "GR1348941{A20}"),
    *(("an Atlassian token", f"AT{letter}TT3x{{A180}}={{H8}}") for letter in "AC"),
    ("a Bitbucket app password", "ATBB{A28}"),
    ("an npm token", "npm_{A36}"),
    ("a PyPI token", "pypi-AgEIcHlwaS5vcmc{A100}"),
    ("a RubyGems key", "rubygems_{H48}"),
    *(("a Docker Hub token", f"dckr_{kind}_{{A27}}") for kind in ("pat", "oat")),
    ("an Artifactory key", "AKCp{A69}"),
    ("an Artifactory reference token", "cmVmdGtuO{A55}"),
    *(("a SonarQube token", f"sq{letter}_{{H40}}") for letter in "pua"),
    ("a Sourcegraph token", "sgp_{H16}_{H40}"),
    ("a Buildkite token", "bkua_{H40}"),
    *(("a CircleCI token", f"CCIP{kind}_{{A22}}_{{H40}}") for kind in ("AT", "RJ")),
    ("a Postman key", "PMAK-{H24}-{H34}"),
    *(("an AWS access key", f"A{letter}IA{{S16}}") for letter in "KS"),
    ("an Amazon Bedrock key", "ABSK{A130}"),
    ("a Google API key", "AIza{A35}"),
    ("a Google access token", "ya29.{A120}"),
    ("a Google OAuth client secret", "GOCSPX-{A28}"),
    ("a Firebase messaging key", "AAAA{A7}:APA91b{A134}"),
    ("an Azure storage key", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={A86}=="),
    ("an Azure storage key", "{A76}+ASt{A6}=="),
    ("an Azure key", "{A52}JQQJ99BA{A24}"),
    ("an Azure shared access signature", "?sv=2024-11-04&sig={A43}%3D"),
    ("an Entra client secret", "{A3}8Q~{A34}"),
    *(("a DigitalOcean token", f"do{letter}_v1_{{H64}}") for letter in "por"),
    *(("a Cloudflare token", f"cf{kind}_{{A40}}{{H8}}") for kind in ("ut", "at", "k")),
    ("a Heroku key", "HRKU-AA{A58}"),
    ("a Fly.io token", "fm2_{A120}"),
    ("a Fly.io token", "fo1_{A43}"),
    *(("a Vercel token", f"vc{letter}_{{A56}}") for letter in "piark"),
    *(("a PlanetScale credential", f"pscale_{kind}_{{A43}}") for kind in ("tkn", "oauth", "pw")),
    ("a Supabase key", "sbp_{H40}"),
    ("a Supabase key", "sb_secret_{A22}_{A8}"),
    *(("a Vault token", f"hv{letter}.{{A95}}") for letter in "sbr"),
    ("a Vault token", "hvs.{A24}"),
    ("a Terraform Cloud token", "{A14}.atlasv1.{A67}"),
    *(("a Doppler token", f"dp.{kind}.{{A43}}") for kind in ("pt", "ct", "sa", "st.prd")),
    ("a 1Password service account token", "ops_eyJ{A300}"),
    ("a Pulumi token", "pul-{H40}"),
    *(("a Tailscale key", f"tskey-{kind}-{{A11}}CNTRL-{{A32}}") for kind in ("auth", "api", "client")),
    ("an OpenShift token", "sha256~{A43}"),
    ("a Rancher token", "kubeconfig-user-{N5}:{N54}"),
    ("a k3s or RKE2 join token", "K10{H64}::server:{H32}"),
    ("a Docker Swarm join token", "SWMTKN-1-{N50}-{N25}"),
    ("a Grafana token", "glsa_{A32}_{H8}"),
    ("a Grafana token", "glc_eyJ{A120}"),
    ("a Grafana API key", "eyJrIjoi{A90}"),
    ("a Sentry token", "sntrys_eyJ{A160}_{A43}"),
    ("a Sentry token", "sntryu_{H64}"),
    ("a New Relic key", "NRAK-{U27}"),
    ("a New Relic key", "{H36}NRAL"),
    ("a Dynatrace token", "dt0c01.{U24}.{U64}"),
    ("a Databricks token", "dapi{H32}"),
    *(("an OpenAI key", f"sk-{kind}{{A40}}T3BlbkFJ{{A40}}") for kind in ("proj-", "svcacct-", "admin-")),
    ("an OpenAI key", "sk-{A20}T3BlbkFJ{A20}"),
    *(("an Anthropic key", f"sk-ant-{kind}-{{A93}}AA") for kind in ("api03", "admin01", "oat01")),
    ("an OpenRouter key", "sk-or-v1-{H64}"),
    *(("a Hugging Face token", f"{kind}_{{L34}}") for kind in ("hf", "api_org")),
    ("a Perplexity key", "pplx-{A48}"),
    ("a Groq key", "gsk_{A52}"),
    ("an xAI key", "xai-{A80}"),
    ("an NVIDIA key", "nvapi-{A64}"),
    ("a LangSmith key", "lsv2_pt_{H32}_{H10}"),
    ("a Pinecone key", "pcsk_{A5}_{A63}"),
    *(("a Slack token", f"xox{letter}-{{D12}}-{{D12}}-{{A24}}") for letter in "bpa"),
    ("a Slack app token", "xapp-1-{U11}-{D13}-{H64}"),
    ("a Slack webhook", "https://hooks.slack.com/services/T{U8}/B{U8}/{A24}"),
    ("a Discord webhook", "https://discord.com/api/webhooks/{D18}/{A68}"),
    (
        "a Teams webhook",
        f"https://acme.webhook.office.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/{{H32}}/{UUID}",
    ),
    ("a Telegram bot token", "{D10}:AA{A33}"),
    ("a SendGrid key", "SG.{A22}.{A43}"),
    ("a Brevo key", "xkeysib-{H64}-{A16}"),
    ("a Mailchimp key", "{H32}-us12"),
    *(("a Stripe key", f"{kind}_live_{{A24}}") for kind in ("sk", "rk")),
    ("a Stripe test key", "sk_test_{A24}"),
    ("a Stripe webhook secret", "whsec_{A32}"),
    ("a Square credential", "sq0atp-{A22}"),
    ("a Square credential", "sq0csp-{A43}"),
    *(("a Shopify token", f"shp{kind}_{{H32}}") for kind in ("at", "ss", "ca", "pa")),
    ("a Facebook token", "EAAC{A120}"),
    ("a Linear key", "lin_api_{A40}"),
    ("a Notion token", "ntn_{D11}{A35}"),
    ("a Figma token", "figd_{A40}"),
)
"""Name of the format, and a token of it, as it may stand in a line."""

_HOLE = re.compile(r"\{([A-Z])(\d+)\}")


def filled(template: str, seed: int = 7) -> str:
    """The template with every hole filled, each time with the same characters."""
    chosen = random.Random(f"{template}{seed}")
    return _HOLE.sub(lambda hole: "".join(chosen.choices(ALPHABETS[hole[1]], k=int(hole[2]))), template)


def cut(template: str) -> str:
    """The template with no hole longer than five characters."""
    return _HOLE.sub(lambda hole: f"{{{hole[1]}{min(int(hole[2]), 5)}}}", template)


def masked(template: str) -> str:
    """The template as documentation shows it."""
    return _HOLE.sub(lambda hole: "x" * int(hole[2]), template)


def web_token(**claims: object) -> str:
    """A JSON web token with these claims and a signature that nobody made."""
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*encoded, filled("{A86}")))
