package build

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

func TestSmallerSibling(t *testing.T) {
	for ref, want := range map[string]string{
		"python:3.13": "python:3.13-slim", "python:3.13-bookworm": "python:3.13-slim-bookworm", "node:24-bookworm": "node:24-bookworm-slim",
		"docker.io/library/ruby:3.4": "docker.io/library/ruby:3.4-slim", "debian:12": "debian:12-slim", "debian:bookworm": "debian:bookworm-slim",
		"rockylinux:9": "rockylinux:9-minimal", "amazonlinux:2023": "amazonlinux:2023-minimal", "amazonlinux:2": "", "oraclelinux:9": "oraclelinux:9-slim",
		"public.ecr.aws/docker/library/python:3": "public.ecr.aws/docker/library/python:3-slim", "ubuntu:24.04": "", "python": "", "python:latest": "",
		"python:3.13-windowsservercore": "", "acme/python:3": "", "php:8.4": "", "node:lts": "", "python:3.13@sha256:00": "python:3.13-slim",
	} {
		require.Equal(t, want, smallerSibling(dockerfile.ParseReference(ref)), ref)
	}
}

func TestReleasesOf(t *testing.T) {
	for ref, want := range map[string][]release{
		"python:3.8-slim-buster":                                {{"python", "3.8", false}, {"debian", "10", true}},
		"node:16-alpine3.15":                                    {{"node", "16", false}, {"alpine", "3.15", true}},
		"node:16-alpine":                                        {{"node", "16", false}},
		"ubuntu:bionic-20230530":                                {{"ubuntu", "18.04", true}},
		"debian:buster-slim":                                    {{"debian", "10", true}},
		"eclipse-temurin:8-jre-focal":                           {{"ubuntu", "20.04", true}},
		"amazonlinux:1":                                         {{"amzn", "2018.03", true}},
		"centos:centos7.9.2009":                                 {{"centos", "7", true}},
		"registry.access.redhat.com/ubi8/nodejs-16:1":           {{"rhel", "8", true}},
		"mcr.microsoft.com/dotnet/runtime-deps:3.1-buster-slim": {{"dotnet", "3.1", false}, {"debian", "10", true}},
		"gcr.io/distroless/static-debian11:nonroot":             {{"debian", "11", true}},
		"ghcr.io/acme/python:3.8-buster":                        nil,
		"gcr.io/distroless/static":                              nil,
		"public.ecr.aws/docker/library/python:3.8":              {{"python", "3.8", false}},
	} {
		require.Equal(t, want, releasesOf(dockerfile.ParseReference(ref)), ref)
	}
}
