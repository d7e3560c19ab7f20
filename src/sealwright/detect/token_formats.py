"""The formats of tokens that say by themselves what they are, one row for each.

Sources: what the providers document of their formats (GitHub "authentication token formats", GitLab "token overview",
AWS IAM "unique identifiers", Cloudflare "token formats", Slack "token types", HashiCorp "tokens", Azure "common
annotated security keys", and so on) and the lists of GitHub's and GitLab's own scanning.

Left out: formats that only a name beside them tells from any other text (Datadog, Hetzner, Linode, Mailgun, Rollbar,
Twilio, crates.io, older ones of Notion and Vault); the rules that go by names find these.
"""

# ruff: noqa: E501 - one row on one line reads better

from __future__ import annotations

from typing import NamedTuple

from sealwright.finding import Severity
from sealwright.patterns import Pattern


class TokenFormat(NamedTuple):
    """`anchors`: literal texts one of which is in every file with such a token.

    `leads`: how many characters of the token may stand before its anchor. `check` names what else can be told of a
    token, in `token_checks`.
    """

    name: str
    anchors: tuple[str, ...]
    expression: Pattern
    check: str = ""
    leads: range = range(1)
    severity: Severity = Severity.HIGH


_BEGIN = r"(?:(?<![A-Za-z0-9_\-])|(?<=\\[nrt]))"
"""Not in the middle of a word, also so that one text is not read again from each of its hyphens."""
_BEGIN_WORD = r"(?:(?<![A-Za-z0-9_+/\-])|(?<=\\[nrt]))"
"""For formats without `_` or `-`, which base64 could spell in its middle."""
_END = r"(?![A-Za-z0-9])"
_END_WORD = r"(?![A-Za-z0-9+])"
_WORD = r"[A-Za-z0-9_\-]"


_GITLAB = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))"
"""An instance may put a word of its own before the beginning: `ACME-glpat-`."""


def _row(name: str, anchors: str, body: str, check: str = "", *, begin: str = _BEGIN) -> TokenFormat:
    return TokenFormat(name, tuple(anchors.split()), Pattern(f"{begin}(?:{body}){_END}"), check)


def _word(name: str, anchors: str, body: str, check: str = "") -> TokenFormat:
    return TokenFormat(name, tuple(anchors.split()), Pattern(f"{_BEGIN_WORD}(?:{body}){_END_WORD}"), check)


def _inside(least: int, most: int, row: TokenFormat) -> TokenFormat:
    """The anchor stands in the middle of the token, so many characters from its beginning."""
    return row._replace(leads=range(most, least - 1, -1))


FORMATS: tuple[TokenFormat, ...] = (
    # code and packages
    _row("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}", "crc"),
    _row("a GitHub App token", "ghs_", rf"ghs_[A-Za-z0-9_]{{0,40}}eyJ{_WORD}{{20,600}}\.{_WORD}{{20,900}}\.{_WORD}{{20,900}}"),
    _row("a GitHub fine-grained token", "github_pat_", r"github_pat_[A-Za-z0-9_]{70,255}"),
    _row(
        "a GitLab token",
        "glpat- gldt- glrt- glrtr- glptt- glft- glimt- glsoat- glffct- glwt- gloas- glagent-",
        rf"gl(?:pat|dt|rt|rtr|ptt|ft|imt|soat|ffct|wt|oas|agent)-{_WORD}{{20,300}}(?:\.[0-9a-z]{{2}}\.?[0-9a-z]{{7,9}})?",
        begin=_GITLAB,
    ),
    _row("a GitLab job token", "glcbt-", rf"glcbt-[A-Za-z0-9]{{1,5}}_{_WORD}{{20,300}}"),
    _row("a GitLab runner registration token", "GR1348941", rf"GR1348941{_WORD}{{20}}"),
    _row("an Atlassian token", "ATATT3x ATCTT3x ATSTT3x", r"AT(?:A|C|S)TT3x[A-Za-z0-9_\-=]{60,400}"),
    _word("a Bitbucket app password", "ATBB", r"ATBB[A-Za-z0-9]{28,40}"),
    _row("an npm token", "npm_", r"npm_[A-Za-z0-9]{36}", "crc"),
    _row("a PyPI token", "pypi-AgE", rf"pypi-AgE{_WORD}{{50,400}}"),
    _row("a RubyGems key", "rubygems_", r"rubygems_[a-f0-9]{48}"),
    _row("a Docker Hub token", "dckr_pat_ dckr_oat_", rf"dckr_[po]at_{_WORD}{{27,40}}"),
    _word("an Artifactory key", "AKCp", r"AKCp[A-Za-z0-9]{69,76}"),
    _word("an Artifactory reference token", "cmVmdGtuO", r"cmVmdGtuO[A-Za-z0-9]{55}"),
    _row("a SonarQube token", "sqp_ squ_ sqa_", r"sq[pua]_[a-f0-9]{40}"),
    _row("a Sourcegraph token", "sgp_", r"sgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}"),
    _row("a Buildkite token", "bkua_", r"bkua_[a-f0-9]{40}"),
    _row("a CircleCI token", "CCIPAT_ CCIPRJ_", r"CCIP(?:AT|RJ)_[A-Za-z0-9]{20,24}_[a-f0-9]{40}"),
    _row("a Postman key", "PMAK-", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    # clouds
    _word("an AWS access key", "AKIA ASIA", r"A[KS]IA[A-Z2-7]{16}", "aws"),
    _word("an Amazon Bedrock key", "ABSK", r"ABSK[A-Za-z0-9+/]{109,269}={0,2}"),
    _word("a Google API key", "AIza", rf"AIza{_WORD}{{35}}"),
    _row("a Google access token", "ya29.", rf"ya29\.{_WORD}{{20,2000}}"),
    _row("a Google OAuth client secret", "GOCSPX-", rf"GOCSPX-{_WORD}{{28}}"),
    _inside(11, 11, _row("a Firebase messaging key", ":APA91b", rf"AAAA{_WORD}{{7}}:APA91b{_WORD}{{134}}")),
    _row("an Azure storage key", "AccountKey=", r"AccountKey=[A-Za-z0-9+/]{86}=="),
    _inside(76, 76, _word("an Azure storage key", "+ASt", r"[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}==")),
    _inside(52, 52, _word("an Azure key", "JQQJ9", r"[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{24}(?:[A-Za-z0-9]{2}==)?")),
    _row("an Azure shared access signature", "sig=", r"(?<=[?&;])sig=[A-Za-z0-9%+/]{43,80}(?:%3[Dd]|=)"),
    _inside(4, 4, _row("an Entra client secret", "Q~", r"[A-Za-z0-9_~.\-]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,34}")),
    _row("a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_[a-f0-9]{64}"),
    _row("a Cloudflare token", "cfut_ cfat_ cfk_", r"cf(?:ut|at|k)_[A-Za-z0-9]{40}[A-Za-z0-9]{4,16}"),
    _row("a Heroku key", "HRKU-AA", rf"HRKU-AA{_WORD}{{58}}"),
    _row("a Fly.io token", "fm2_ fm1r_ fm1a_ fo1_", rf"(?:fm2|fm1[ar])_[A-Za-z0-9+/]{{100,2000}}={{0,2}}|fo1_{_WORD}{{43}}"),
    _row("a Vercel token", "vcp_ vci_ vca_ vcr_ vck_", r"vc[piark]_[A-Za-z0-9]{24,100}"),
    _row("a PlanetScale credential", "pscale_", r"pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_=.\-]{32,64}"),
    _row("a Supabase key", "sbp_ sb_secret_", r"sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_\-]{22,60}"),
    # secrets, infrastructure, monitoring
    _row("a Vault token", "hvs. hvb. hvr.", rf"hv[sbr]\.{_WORD}{{24,400}}"),
    _inside(14, 14, _row("a Terraform Cloud token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{60,70}")),
    _row("a Doppler token", "dp.pt. dp.st. dp.ct. dp.sa.", r"dp\.(?:pt|ct|sa|st(?:\.[a-z0-9_\-]{2,35})?)\.[A-Za-z0-9]{40,44}"),
    _row("a 1Password service account token", "ops_eyJ", r"ops_eyJ[A-Za-z0-9+/_\-]{200,2000}={0,2}"),
    _row("a Pulumi token", "pul-", r"pul-[a-f0-9]{40}"),
    _row("a Tailscale key", "tskey-", r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,20}(?:CNTRL)?-[A-Za-z0-9]{20,40}"),
    _row("an OpenShift token", "sha256~", rf"sha256~{_WORD}{{43}}"),
    _row("a Rancher token", "kubeconfig-u", r"kubeconfig-u(?:ser)?-[a-z0-9]{5,10}:[a-z0-9]{54}"),
    _inside(67, 67, _row("a k3s or RKE2 join token", "::server: ::node:", r"K10[a-f0-9]{64}::(?:server|node):[A-Za-z0-9]{16,128}")),
    _row("a Grafana token", "glsa_ glc_eyJ", r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_eyJ[A-Za-z0-9+/]{40,400}={0,2}"),
    _row("a Grafana API key", "eyJrIjoi", r"eyJrIjoi[A-Za-z0-9]{70,400}={0,2}"),
    _row("a Sentry token", "sntrys_eyJ sntryu_", rf"sntrys_eyJ[A-Za-z0-9+/=]{{40,400}}_{_WORD}{{43}}|sntryu_[a-f0-9]{{64}}"),
    _row("a New Relic key", "NRAK- NRII-", r"NRAK-[A-Z0-9]{27}|NRII-[A-Za-z0-9_\-]{32}"),
    _inside(32, 40, _row("a New Relic key", "NRAL", r"[a-z0-9]{6}[a-f0-9]{26,30}(?:FFFF)?NRAL")),
    _row("a Dynatrace token", "dt0c01. dt0s01. dt0s02. dt0s16.", r"dt0[cs][0-9]{2}\.[A-Z0-9]{8,24}\.[A-Z0-9]{64}"),
    _word("a Databricks token", "dapi", r"dapi[a-f0-9]{32}(?:-[0-9])?"),
    _row("a Docker Swarm join token", "SWMTKN-1-", r"SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}"),
    # machine learning
    _row("an OpenAI key", "sk-proj- sk-svcacct- sk-admin-", rf"sk-(?:proj|svcacct|admin)-{_WORD}{{20,100}}T3BlbkFJ{_WORD}{{20,100}}"),
    _inside(23, 23, _row("an OpenAI key", "T3BlbkFJ", r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}")),
    _row("an Anthropic key", "sk-ant-", rf"sk-ant-(?:api|admin|oat|ort|sid)[0-9]{{2}}-{_WORD}{{80,120}}"),
    _row("an OpenRouter key", "sk-or-v1-", r"sk-or-v1-[a-f0-9]{64}"),
    _row("a Hugging Face token", "hf_ api_org_", r"(?:hf|api_org)_[A-Za-z]{34}"),
    _row("a Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{48}"),
    _row("a Groq key", "gsk_", r"gsk_[A-Za-z0-9]{52}"),
    _row("an xAI key", "xai-", r"xai-[A-Za-z0-9]{80}"),
    _row("an NVIDIA key", "nvapi-", rf"nvapi-{_WORD}{{64}}(?!{_WORD})"),
    _row("a LangSmith key", "lsv2_", r"lsv2_[ps][tk]_[a-f0-9]{32}_[a-f0-9]{10}"),
    _row("a Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{60,70}"),
    # messages
    _row("a Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxe. xoxc- xoxd-",
         r"xox(?:[bparsecd]-|e\.xox[bp]-)[A-Za-z0-9%][A-Za-z0-9%\-]{18,300}"),
    _row("a Slack app token", "xapp-", r"xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{10,15}-[a-z0-9]{60,70}"),
    _row("a Slack webhook", "hooks.slack.com",
         r"hooks\.slack\.com/(?:services/T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{20,32}"
         r"|(?:workflows|triggers)/[A-Z0-9]{6,14}/[A-Za-z0-9]{6,20}/[A-Za-z0-9/]{20,60})"),
    _inside(11, 18, _row("a Discord webhook", "/api/webhooks/", rf"(?:canary\.|ptb\.)?discord(?:app)?\.com/api/webhooks/[0-9]{{17,20}}/{_WORD}{{60,72}}")),
    _inside(1, 80, _row("a Teams webhook", ".office.com/webhook",
         r"[a-z0-9\-]{1,60}\.(?:webhook\.)?office\.com/webhook(?:b2)?/[a-f0-9\-]{36}@[a-f0-9\-]{36}/IncomingWebhook/[a-f0-9]{32}"
         rf"/[a-f0-9\-]{{36}}(?:/{_WORD}{{20,80}})?")),
    _inside(8, 10, _row("a Telegram bot token", ":AA", rf"[0-9]{{8,10}}:AA{_WORD}{{33}}")),
    _row("a SendGrid key", "SG.", rf"SG\.{_WORD}{{22}}\.{_WORD}{{43}}"),
    _inside(32, 32, _row("a Mailchimp key", "-us1 -us2 -us3 -us4 -us5 -us6 -us7 -us8 -us9", r"[a-f0-9]{32}-us[1-9][0-9]?")),
    _row("a Brevo key", "xkeysib-", r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    # payment, shops, work
    _row("a Stripe key", "sk_live_ rk_live_ sk_prod_ rk_prod_", r"[sr]k_(?:live|prod)_[A-Za-z0-9]{16,247}"),
    _row("a Stripe test key", "sk_test_ rk_test_", r"[sr]k_test_[A-Za-z0-9]{16,247}")._replace(severity=Severity.MEDIUM),
    _row("a Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/]{32,80}={0,2}"),
    _row("a Square credential", "sq0atp- sq0csp-", rf"sq0(?:atp-{_WORD}{{22}}|csp-{_WORD}{{43}})"),
    _row("a Shopify token", "shpat_ shpss_ shpca_ shppa_", r"shp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}"),
    _word("a Facebook token", "EAAC EAAM EAAG", r"EAA[CMG][A-Za-z0-9]{100,300}"),
    _row("a Linear key", "lin_api_ lin_oauth_", r"lin_(?:api_[A-Za-z0-9]{40}|oauth_[a-f0-9]{64})"),
    _row("a Notion token", "ntn_", r"ntn_[0-9]{11}[A-Za-z0-9]{35}"),
    _row("a Figma token", "figd_", rf"figd_{_WORD}{{40}}"),
    # anyone's
    _word("a JSON web token", "eyJ", rf"(?<![.])eyJ{_WORD}{{10,2000}}\.eyJ{_WORD}{{10,8000}}\.{_WORD}{{20,2000}}", "jwt"),
    _word("a JSON web token under base64", "ZXlK", r"ZXlK[A-Za-z0-9+/]{40,12000}={0,2}", "jwt64"),
)  # fmt: skip
"""Where two match at one place, the first counts."""
