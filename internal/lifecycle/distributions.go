package lifecycle

// distributions holds, by os-release ID and release, the last day of the free
// security support; where a project names a month, its last day. Sources:
//
//	debian    https://wiki.debian.org/LTS (the volunteers' long-term support included)
//	ubuntu    https://wiki.ubuntu.com/Releases (standard support, not Pro)
//	alpine    https://alpinelinux.org/releases/
//	rhel      https://access.redhat.com/support/policy/updates/errata
//	rocky     https://wiki.rockylinux.org/rocky/version/
//	almalinux https://wiki.almalinux.org/release-notes/
//	centos    https://blog.centos.org/2023/04/end-dates-are-coming-for-centos-stream-8-and-centos-linux-7/
//	ol        https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf
//	fedora    https://docs.fedoraproject.org/en-US/releases/eol/
//	opensuse  https://en.opensuse.org/Lifetime
//	opensuse-tumbleweed, arch, wolfi, chainguard: no releases, so none that ends
//	sles      https://www.suse.com/lifecycle (general support, not LTSS)
//	mageia    https://www.mageia.org/en/support/
//	openeuler https://www.openeuler.org/en/other/lifecycle/
//	azurelinux, mariner https://learn.microsoft.com/en-us/azure/aks/support-policies
//	photon    https://github.com/vmware/photon/wiki
//	amzn      https://aws.amazon.com/amazon-linux-2/faqs/, https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html
var distributions = map[string]map[string]string{
	"debian": {
		"7": "2018-05-31", "8": "2020-06-30", "9": "2022-06-30", "10": "2024-06-30",
		"11": "2026-08-31", "12": "2028-06-30", "13": "2030-06-30",
	},
	"ubuntu": {
		"14.04": "2019-04-30", "16.04": "2021-04-30", "18.04": "2023-05-31", "20.04": "2025-05-31",
		"22.04": "2027-06-30", "24.04": "2029-06-30", "26.04": "2031-05-31",
		"22.10": "2023-07-31", "23.04": "2024-01-31", "23.10": "2024-07-31", "24.10": "2025-07-31", "25.04": "2026-01-31", "25.10": "2026-07-31",
	},
	"alpine": {
		"3.2": "2017-05-01", "3.3": "2017-11-01", "3.4": "2018-05-01", "3.5": "2018-11-01", "3.6": "2019-05-01", "3.7": "2019-11-01", "3.8": "2020-05-01",
		"3.9": "2020-11-01", "3.10": "2021-05-01", "3.11": "2021-11-01", "3.12": "2022-05-01", "3.13": "2022-11-01",
		"3.14": "2023-05-01", "3.15": "2023-11-01", "3.16": "2024-05-23", "3.17": "2024-11-22", "3.18": "2025-05-09",
		"3.19": "2025-11-01", "3.20": "2026-04-01", "3.21": "2026-11-01", "3.22": "2027-05-01", "3.23": "2027-11-01",
	},
	"rhel":          {"6": "2020-11-30", "7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
	"rocky":         {"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
	"almalinux":     {"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
	"centos":        {"6": "2020-11-30", "7": "2024-06-30", "8": "2024-05-31", "9": "2027-05-31", "10": "2030-01-01"}, // from 8 on: Stream; Linux 8 ended on 2021-12-31
	"ol":            {"6": "2021-03-31", "7": "2024-12-31", "8": "2029-07-31", "9": "2032-06-30", "10": "2035-06-30"},
	"fedora":        {"35": "2022-12-13", "36": "2023-05-16", "37": "2023-12-05", "38": "2024-05-21", "39": "2024-11-26", "40": "2025-05-13", "41": "2025-12-15", "42": "2026-05-13", "43": "2026-12-09"},
	"opensuse-leap": {"42.3": "2019-06-30", "15.0": "2019-12-03", "15.1": "2021-01-31", "15.2": "2021-12-31", "15.3": "2022-12-31", "15.4": "2023-12-07", "15.5": "2024-12-31", "15.6": "2026-04-30", "16.0": "2027-10-31"},
	"sles": {
		"11.4": "2019-03-31", "12.5": "2024-10-31", "15.1": "2021-01-31", "15.2": "2021-12-31", "15.3": "2022-12-31", "15.4": "2023-12-31",
		"15.5": "2024-12-31", "15.6": "2025-12-31", "15.7": "2031-07-31", "16.0": "2027-11-30",
	},
	"mageia":     {"6": "2019-09-30", "7": "2021-06-30", "8": "2023-11-30", "9": "2027-03-31"},
	"openeuler":  {"20.03": "2024-04-30", "22.03": "2026-03-31", "24.03": "2028-05-31"},
	"mariner":    {"1.0": "2023-07-31", "2.0": "2025-07-31"},
	"azurelinux": {"3.0": "2027-07-31"},
	"photon":     {"3.0": "2024-03-01", "4.0": "2026-02-28", "5.0": "2028-05-31"},
	"amzn":       {"2018.03": "2023-12-31", "2": "2026-06-30", "2023": "2029-06-30"},
}
