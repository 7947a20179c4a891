package build_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// sameAs returns the checks of other tools that the findings of all rules about
// a Dockerfile stand for.
func sameAs(t *testing.T, text string) []string {
	t.Helper()
	rules := build.Rules()
	var configured []rule.Configured
	for i := range rules {
		configured = append(configured, rule.Configured{Rule: &rules[i]})
	}
	found, err := rule.Run(configured, ruletest.Load(t, ruletest.Parse("-- Dockerfile --\n"+text)), time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	var out []string
	for _, f := range found {
		out = append(out, f.SameAs()...)
	}
	return out
}

// TestAliases holds what each check of another tool is documented to find, and
// what it is not, against the findings that claim to be the same.
func TestAliases(t *testing.T) {
	for _, c := range []struct {
		alias        string
		find, ignore []string
	}{
		{"hadolint:DL3006", []string{"FROM debian\n", "FROM --platform=linux/arm64 ghcr.io/acme/x AS y\n"},
			[]string{"FROM debian:12\n", "FROM debian:latest\n", "FROM scratch\n", "FROM debian:12 AS a\nFROM a\n", "ARG B=debian\nFROM ${B}\n",
				"FROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"}},
		{"hadolint:DL3007", []string{"FROM debian:latest\n"}, []string{"FROM debian\n", "FROM debian:12\n", "FROM debian:latest-slim\n"}},
		{"trivy:DS-0001", []string{"FROM debian\n", "FROM debian:latest\n", "ARG V=latest\nFROM debian:$V\n"}, []string{"FROM debian:12\n"}},
		{"hadolint:DL3002", []string{"FROM debian:12\nUSER root\n", "FROM debian:12\nUSER 0:0\nCMD x\n"}, []string{"FROM debian:12\nUSER root\nUSER 1000\n", "FROM debian:12\n"}},
		{"trivy:DS-0002", []string{"FROM debian:12\nUSER root\n", "FROM debian:12\nRUN x\n"}, []string{"FROM debian:12\nUSER app\n"}},
		{"hadolint:DL3004", []string{"FROM debian:12\nRUN sudo make install\n"}, []string{"FROM debian:12\nRUN apt-get install -y sudo\n", "FROM debian:12\nRUN gosu app make\n"}},
		{"hadolint:DL3013", []string{"FROM python:3\nRUN pip install flask\n", "FROM python:3\nRUN python3 -m pip install --upgrade pip\n", "FROM python:3\nRUN pip3 install 'x==1' y\n"},
			[]string{"FROM python:3\nRUN pip install flask==3.1\n", "FROM python:3\nRUN pip install 'flask>=3'\n", "FROM python:3\nRUN pip install -r requirements.txt\n",
				"FROM python:3\nRUN pip install -c constraints.txt flask\n", "FROM python:3\nRUN uv pip install flask\n", "FROM node:24\nRUN npm install -g x\n"}},
		{"hadolint:DL3016", []string{"FROM node:24\nRUN npm install -g yarn\n", "FROM node:24\nRUN npm install @acme/x\n"},
			[]string{"FROM node:24\nRUN npm ci\n", "FROM node:24\nRUN npm install\n", "FROM node:24\nRUN npm i -g npm@latest @acme/x@1.2\n", "FROM node:24\nRUN yarn global add serve\n"}},
		{"hadolint:DL3028", []string{"FROM ruby:3\nRUN gem install bundler\n"}, []string{"FROM ruby:3\nRUN gem install bundler:2.6\n", "FROM ruby:3\nRUN gem install bundler -v 2.6\n"}},
		{"hadolint:DL3062", []string{"FROM golang:1\nRUN go install example.com/x\n", "FROM golang:1\nRUN go install example.com/x@latest\n"}, []string{"FROM golang:1\nRUN go install example.com/x@v1.2.3\n", "FROM golang:1\nRUN go install ./...\n"}},
		{"hadolint:DL3022", []string{"FROM debian:12\nCOPY --from=build /a /a\n", "FROM debian:12\nCOPY --from=acme/tools /a /a\n"},
			[]string{"FROM debian:12 AS build\nFROM debian:12\nCOPY --from=build /a /a\n", "FROM debian:12\nCOPY --from=acme/tools:1 /a /a\n", "FROM a:1\nFROM b:1\nCOPY --from=0 /a /a\n"}},
		{"hadolint:DL3024", []string{"FROM a:1 AS x\nFROM b:1 AS x\n"}, []string{"FROM a:1 AS x\nFROM b:1 AS y\n"}},
		{"hadolint:DL3066", []string{"FROM debian:12\nUSER app\n"}, []string{"FROM debian:12\nUSER app\nUSER 10\n", "FROM debian:12\nUSER ${UID}\n", "FROM debian:12 AS a\nUSER app\nFROM debian:12\nUSER 1\n"}},
		{"hadolint:DL3067", []string{"FROM a:1 AS x\nFROM b:1\nCOPY --from=x / /\n", "FROM a:1 AS x\nFROM scratch\nCOPY --from=x / /\n"}, []string{"FROM a:1 AS x\nFROM b:1\nCOPY --from=x /app /\n"}},
		{"buildkit:SecretsUsedInArgOrEnv", []string{"FROM a:1\nARG GITHUB_TOKEN\n", "FROM a:1\nENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI0K7MDENGbPxRfiCYzzQq1\n", "FROM a:1\nENV PASSWORD=${X}\n", "FROM a:1\nARG API_KEY=\"\"\n"},
			[]string{"FROM a:1\nARG VERSION\n", "FROM a:1\nENV PUBLIC_KEY=x\n", "FROM a:1\nENV PASSWORD_FILE=/x\n", "FROM a:1\nENV MONKEY=x\n"}},
		{"hadolint:DL3064", []string{"FROM a:1\nARG DB_PASSWORD\n", "FROM a:1\nENV GOPRIVATE=x\n", "FROM a:1\nENV AUTH_TOKEN_FILE=/x\n", "ARG GITHUB_TOKEN\nFROM a:1\n"}, []string{"FROM a:1\nENV PATH=/x\n", "FROM a:1\nRUN TOKEN=x y\n"}},
		{"trivy:DS-0031", []string{"FROM a:1\nENV AWS_ACCESS_KEY_ID=x\n", "FROM a:1\nARG VITE_GITHUB_TOKEN\n", "FROM a:1\nRUN az login\n"},
			[]string{"FROM a:1 AS b\nARG GITHUB_TOKEN\nFROM a:1\n", "FROM a:1\nARG NPM_TOKEN\n", "FROM a:1\nRUN --mount=type=secret,id=x az login\n"}},
		{"buildkit:DuplicateStageName", []string{"FROM a:1 AS x\nFROM b:1 AS X\n"}, []string{"FROM a:1 AS x\nFROM x AS y\n"}},
		{"trivy:DS-0004", []string{"FROM a:1\nEXPOSE 22\n"}, []string{"FROM a:1\nEXPOSE 2222\n"}},
		{"checkov:CKV2_DOCKER_2", []string{"FROM a:1\nRUN curl -k https://example.com/x\n", "FROM a:1\nRUN sudo curl --insecure -O https://example.com/x\n"},
			[]string{"FROM a:1\nRUN wget --no-check-certificate https://example.com\n", "FROM a:1\nRUN curl https://example.com\n", "FROM a:1\nRUN curl --proxy-insecure https://example.com\n"}},
		{"checkov:CKV2_DOCKER_3", []string{"FROM a:1\nRUN wget -q --no-check-certificate https://example.com\n"}, []string{"FROM a:1\nRUN apk --no-check-certificate add x\n"}},
		{"checkov:CKV2_DOCKER_4", []string{"FROM a:1\nRUN pip3 install --trusted-host example.com x==1\n", "FROM a:1\nRUN python3 -m pip install x==1 --trusted-host=example.com\n"},
			[]string{"FROM a:1\nRUN pip config set global.trusted-host example.com\n"}},
		{"checkov:CKV2_DOCKER_5", []string{"FROM a:1\nENV PYTHONHTTPSVERIFY=0\n", "FROM a:1\nENV PYTHONHTTPSVERIFY \"0\"\n", "FROM a:1\nRUN PYTHONHTTPSVERIFY=0 ./x.py\n"}, []string{"FROM a:1\nENV PYTHONHTTPSVERIFY=1\n"}},
		{"checkov:CKV2_DOCKER_6", []string{"FROM a:1\nARG NODE_TLS_REJECT_UNAUTHORIZED=0\n"}, []string{"FROM a:1\nENV NODE_TLS_REJECT_UNAUTHORIZED=1\n", "FROM a:1\nRUN export NODE_TLS_REJECT_UNAUTHORIZED=0; x\n"}},
		{"checkov:CKV2_DOCKER_7", []string{"FROM a:1\nRUN apk add --allow-untrusted x\n"}, []string{"FROM a:1\nRUN apk add x\n"}},
		{"checkov:CKV2_DOCKER_8", []string{"FROM a:1\nRUN apt-get install -y --allow-unauthenticated x\n"}, []string{"FROM a:1\nRUN apk add --allow-untrusted x\n", "FROM a:1\nRUN apt-get install --force-yes x\n"}},
		{"checkov:CKV2_DOCKER_9", []string{"FROM a:1\nRUN yum -y --nogpgcheck install x\n", "FROM a:1\nRUN microdnf install --nogpgcheck x\n"}, []string{"FROM a:1\nRUN rpm --nosignature -i x.rpm\n"}},
		{"checkov:CKV2_DOCKER_10", []string{"FROM a:1\nRUN rpm -i --nodigest x.rpm\n", "FROM a:1\nRUN rpm --noverify -i x.rpm\n"}, []string{"FROM a:1\nRUN rpm -i x.rpm\n"}},
		{"checkov:CKV2_DOCKER_11", []string{"FROM a:1\nRUN apt-get install --force-yes x\n"}, []string{"FROM a:1\nRUN apt-get install -y x\n"}},
		{"checkov:CKV2_DOCKER_12", []string{"FROM a:1\nENV NPM_CONFIG_STRICT_SSL=false\n", "FROM a:1\nRUN npm_config_strict_ssl='false' npm ci\n"}, []string{"FROM a:1\nENV NPM_CONFIG_STRICT_SSL=true\n"}},
		{"checkov:CKV2_DOCKER_13", []string{"FROM a:1\nRUN npm config set strict-ssl false\n", "FROM a:1\nRUN yarn config set \"strict-ssl\" false\n", "FROM a:1\nRUN npm set strict-ssl=false\n"},
			[]string{"FROM a:1\nRUN npm ci --strict-ssl=false\n", "FROM a:1\nRUN npm config set strict-ssl true\n"}},
		{"checkov:CKV2_DOCKER_14", []string{"FROM a:1\nENV GIT_SSL_NO_VERIFY=1\n", "FROM a:1\nRUN export GIT_SSL_NO_VERIFY=true; git clone https://example.com/x\n"}, []string{"FROM a:1\nRUN git -c http.sslVerify=false clone https://example.com/x\n"}},
		{"checkov:CKV2_DOCKER_15", []string{"FROM a:1\nRUN yum-config-manager --setopt=*.sslverify=0\n", "FROM a:1\nRUN dnf config-manager --save --setopt=sslverify=False\n"}, []string{"FROM a:1\nRUN dnf install --setopt=sslverify=0 x\n"}},
		{"checkov:CKV2_DOCKER_16", []string{"FROM a:1\nENV PIP_TRUSTED_HOST=example.com\n", "FROM a:1\nRUN PIP_TRUSTED_HOST=example.com pip install x==1\n"}, []string{"FROM a:1\nENV PIP_INDEX_URL=https://example.com\n"}},
		{"checkov:CKV2_DOCKER_17", []string{"FROM a:1\nRUN echo root:x | chpasswd\n", "FROM a:1\nRUN echo \"root:$P\" | chpasswd -e\n"}, []string{"FROM a:1\nRUN passwd -l root\n", "FROM a:1\nRUN passwd -d root\n"}},
		{"checkov:CKV2_DOCKER_2", []string{"FROM a:1\nRUN curl -k https://example.com/x\n"}, []string{"FROM a:1\nRUN wget --no-check-certificate https://example.com\n"}},
		{"checkov:CKV2_DOCKER_8", []string{"FROM a:1\nRUN apt-get install -y --allow-unauthenticated x\n"}, []string{"FROM a:1\nRUN apk add --allow-untrusted x\n"}},
		{"hadolint:DL3011", []string{"FROM a:1\nEXPOSE 80000\n", "FROM a:1\nEXPOSE 80 1-65536/tcp\n"}, []string{"FROM a:1\nEXPOSE 65535 0 $P\n", "FROM a:1\nEXPOSE http\n"}},
		{"trivy:DS-0008", []string{"FROM a:1\nEXPOSE 65536\n"}, []string{"FROM a:1\nEXPOSE 65535\n"}},
		{"hadolint:DL3012", []string{"FROM a:1\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\n"}, []string{"FROM a:1\nHEALTHCHECK CMD x\nFROM b:1\nHEALTHCHECK CMD x\n"}},
		{"hadolint:DL4003", []string{"FROM a:1\nCMD x\nRUN y\nCMD x\n"}, []string{"FROM a:1 AS x\nCMD x\nFROM x\nCMD x\n"}},
		{"hadolint:DL4004", []string{"FROM a:1\nENTRYPOINT x\nENTRYPOINT x\n"}, []string{"FROM a:1\nENTRYPOINT x\nCMD x\n"}},
		{"hadolint:DL3021", []string{"FROM a:1\nCOPY a b /c\n", "FROM a:1\nCOPY a b .\n", "FROM a:1\nCOPY [\"a\", \"b\", \"c\"]\n"}, []string{"FROM a:1\nCOPY a b c/\n", "FROM a:1\nCOPY a b\n", "FROM a:1\nCOPY a b \"c/\"\n", "FROM a:1\nADD a b c\n"}},
		{"hadolint:DL3023", []string{"FROM a:1 AS x\nCOPY --from=x y z\n"}, []string{"FROM a:1 AS x\nFROM b:1\nCOPY --from=x y z\n"}},
		{"hadolint:DL3022", []string{"FROM a:1\nCOPY --from=x /y /y\nFROM b:1 AS x\n", "FROM a:1\nCOPY --from=$X /y /y\n"}, []string{"FROM a:1\nCOPY --from=b:1 /y /y\n"}},
		{"hadolint:DL3024", nil, []string{"FROM a:1 AS x\nFROM b:1 AS X\n"}},
		{"hadolint:DL3029", []string{"FROM --platform=linux/amd64 a:1 AS amd64\n", "FROM --platform=$X a:1\n"}, []string{"FROM --platform=$BUILDPLATFORM a:1\n", "FROM --platform=${TARGETPLATFORM} a:1\n"}},
		{"buildkit:FromPlatformFlagConstDisallowed", []string{"FROM --platform=linux/amd64 a:1\n"}, []string{"FROM --platform=linux/amd64 a:1 AS build_amd64\n", "FROM --platform=$X a:1\n"}},
		{"hadolint:DL3043", []string{"FROM a:1\nONBUILD ONBUILD RUN x\n", "FROM a:1\nONBUILD FROM x\n"}, []string{"FROM a:1\nONBUILD RUN x\n"}},
		{"hadolint:DL3046", []string{"FROM a:1\nRUN useradd -u 123456 x\n"}, []string{"FROM a:1\nRUN useradd -u 12345 x\n", "FROM a:1\nRUN useradd -l -u 123456 x\n"}},
		{"hadolint:DL3048", []string{"FROM a:1\nLABEL A=b\n", "FROM a:1\nLABEL a=b com.docker.x=y\n"}, []string{"FROM a:1\nLABEL com.example.a=b\n"}},
		{"hadolint:DL3057", []string{"FROM a:1\n", "FROM a:1\nHEALTHCHECK CMD x\nFROM b:1\n"}, []string{"FROM a:1 AS x\nHEALTHCHECK CMD x\nFROM x\n"}},
		{"trivy:DS-0026", []string{"FROM a:1\n"}, []string{"FROM a:1\nHEALTHCHECK CMD x\nFROM b:1\n"}},
		{"hadolint:DL3061", []string{"RUN x\nFROM a:1\n", "LABEL a=b\nARG C\nFROM a:1\n"}, []string{"# x\nARG A\nFROM a:$A\n"}},
		{"hadolint:DL3063", []string{"FROM a:1 AS scratch\n"}, []string{"FROM scratch AS a\n"}},
		{"hadolint:DL3065", []string{"FROM --platform=$TARGETPLATFORM a:1\n"}, []string{"FROM --platform=$BUILDPLATFORM a:1\n"}},
		{"hadolint:DL4000", []string{"FROM a:1\nMAINTAINER x\n"}, []string{"FROM a:1\nLABEL maintainer=x\n"}},
		{"hadolint:DL1001", []string{"# hadolint ignore=DL3006\nFROM a:1\n"}, []string{"# check=skip=JSONArgsRecommended\nFROM a:1\n"}},
		{"buildkit:InvalidDefaultArgInFrom", []string{"ARG A\nFROM $A\n", "ARG A\nFROM a:$A\n", "FROM ${A}\n"}, []string{"ARG A=1\nFROM a:$A\n", "FROM ${A:-a:1}\n", "ARG A\nFROM a:1$A\n"}},
		{"buildkit:UndefinedArgInFrom", []string{"FROM a:1$A\n", "ARG B\nFROM --platform=$A b:1\n"}, []string{"ARG A\nFROM a:1$A\n", "FROM --platform=$BUILDPLATFORM a:1\n"}},
		{"buildkit:InvalidDefinitionDescription", []string{"# check=experimental=all\n# x\nFROM a:1 AS y\n"}, []string{"# x\nFROM a:1 AS y\n", "# check=experimental=all\n# y is x\nFROM a:1 AS y\n"}},
	} {
		for _, text := range c.find {
			require.True(t, slices.Contains(sameAs(t, text), c.alias), "%s finds:\n%s", c.alias, text)
		}
		for _, text := range c.ignore {
			require.False(t, slices.Contains(sameAs(t, text), c.alias), "%s is silent on:\n%s", c.alias, text)
		}
	}
}
