// Package image reads what an image holds: its configuration, and for every
// layer the packages, secrets and files it added or removed. Each layer is
// streamed once and never unpacked to disk.
//
// It is the one owner of osv-scalibr's extractors and of gitleaks. It judges
// nothing.
package image
