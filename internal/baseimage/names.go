package baseimage

// rootAtTop are images that run as root in "/": distributions, and languages on
// top of them.
var rootAtTop = []string{
	"alpine", "debian", "ubuntu", "fedora", "centos", "rockylinux", "rockylinux/rockylinux", "almalinux", "oraclelinux", "amazonlinux",
	"public.ecr.aws/amazonlinux/amazonlinux", "opensuse/leap", "opensuse/tumbleweed", "archlinux", "buildpack-deps", "quay.io/centos/centos",
	"kalilinux/kali-rolling", "photon", "busybox", "clearlinux", "mageia", "sl", "hello-world",
	"python", "node", "ruby", "perl", "rust", "openjdk", "eclipse-temurin", "amazoncorretto", "ibmjava", "sapmachine", "maven", "erlang", "elixir",
	"julia", "r-base", "swift", "haskell", "gcc", "pypy", "mono", "hexpm/elixir", "hexpm/erlang",
	"continuumio/miniconda3", "continuumio/anaconda3", "condaforge/miniforge3", "condaforge/mambaforge",
	"google/cloud-sdk", "docker", "nginx", "postgres", "mysql", "mariadb", "mongo", "percona", "registry",
	"mcr.microsoft.com/azurelinux/base/core", "mcr.microsoft.com/cbl-mariner/base/core", "mcr.microsoft.com/powershell",
	"hashicorp/terraform", "hashicorp/packer", "aquasec/trivy", "traefik", "cgr.dev/chainguard/wolfi-base", "cgr.dev/chainguard/chainguard-base",
	"bitnami/minideb",
}

// rootElsewhere are images that run as root in a folder that differs from tag to
// tag.
var rootElsewhere = []string{
	"php", "clojure", "haxe", "dart", "groovy", "ghcr.io/astral-sh/uv", "vault", "consul", "rabbitmq", "cassandra", "couchdb", "influxdb", "neo4j",
	"zookeeper", "eclipse-mosquitto", "nats", "mcr.microsoft.com/azure-cli", "mcr.microsoft.com/playwright", "mcr.microsoft.com/playwright/python",
	"tensorflow/tensorflow", "pytorch/pytorch", "rocker/r-ver", "rocker/rstudio", "fluent/fluent-bit", "phpmyadmin", "nextcloud", "drupal", "joomla",
	"public.ecr.aws/lambda/python", "public.ecr.aws/lambda/nodejs", "public.ecr.aws/lambda/java", "public.ecr.aws/lambda/provided",
	"public.ecr.aws/lambda/dotnet", "public.ecr.aws/lambda/ruby", "tonistiigi/xx", "tonistiigi/binfmt", "cypress/base", "cypress/browsers",
	"cypress/included", "composer",
}

// rootIn are images that run as root in a folder of their own.
var rootIn = map[string]string{
	"golang": "/go", "httpd": "/usr/local/apache2", "tomcat": "/usr/local/tomcat", "gradle": "/home/gradle", "redis": "/data",
	"wordpress": "/var/www/html", "caddy": "/srv", "alpine/git": "/git", "amazon/aws-cli": "/aws", "oven/bun": "/home/bun/app",
}

// users are images that run as somebody else.
var users = map[string]string{
	"nginxinc/nginx-unprivileged": "101", "curlimages/curl": "curl_user", "grafana/grafana": "472", "grafana/grafana-oss": "472",
	"grafana/grafana-enterprise": "472", "grafana/loki": "10001", "prom/prometheus": "nobody", "quay.io/prometheus/prometheus": "nobody",
	"prom/node-exporter": "nobody", "quay.io/prometheus/node-exporter": "nobody", "prom/alertmanager": "nobody",
	"quay.io/prometheus/alertmanager": "nobody", "prom/pushgateway": "nobody", "memcached": "memcache",
	"jenkins/jenkins": "jenkins", "jenkins/agent": "jenkins", "jenkins/inbound-agent": "jenkins", "logstash": "1000", "elasticsearch": "*", "kibana": "*",
	"solr": "*", "kong": "kong", "adminer": "adminer", "quay.io/keycloak/keycloak": "1000", "mambaorg/micromamba": "*", "apache/kafka": "appuser",
	"apache/kafka-native": "appuser", "locustio/locust": "locust", "otel/opentelemetry-collector": "10001", "otel/opentelemetry-collector-contrib": "10001",
	"ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector": "10001", "grafana/k6": "*", "apache/airflow": "airflow",
	"opensearchproject/opensearch": "1000", "opensearchproject/opensearch-dashboards": "*", "public.ecr.aws/opensearchproject/opensearch": "1000",
	"postgrest/postgrest": "1000", "fluent/fluentd": "fluent", "otel/weaver": "*",
	"cgr.dev/chainguard/static": "65532", "cgr.dev/chainguard/glibc-dynamic": "65532",
}

// nonRootPrefixes begin the names of images that run as somebody who is not
// root; who it is differs.
var nonRootPrefixes = []string{
	"bitnami/", "bitnamilegacy/", "docker.elastic.co/", "confluentinc/cp-", "selenium/", "cimg/", "jupyter/", "quay.io/jupyter/",
	"registry.access.redhat.com/ubi8/nodejs-", "registry.access.redhat.com/ubi9/nodejs-", "registry.access.redhat.com/ubi10/nodejs-",
	"registry.access.redhat.com/ubi8/python-", "registry.access.redhat.com/ubi9/python-", "registry.access.redhat.com/ubi10/python-",
	"registry.access.redhat.com/ubi8/openjdk-", "registry.access.redhat.com/ubi9/openjdk-", "registry.access.redhat.com/ubi9/go-toolset",
	"registry.access.redhat.com/ubi8/go-toolset", "registry.access.redhat.com/ubi8/php-", "registry.access.redhat.com/ubi9/php-",
	"registry.access.redhat.com/ubi8/ruby-", "registry.access.redhat.com/ubi9/ruby-", "registry.access.redhat.com/ubi9/nginx-",
	"registry.access.redhat.com/ubi8/nginx-", "registry.access.redhat.com/ubi8/httpd-", "registry.access.redhat.com/ubi9/httpd-",
	"dhi.io/", "cgr.dev/chainguard/", "jaegertracing/",
}
