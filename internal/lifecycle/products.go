package lifecycle

// products holds, by the name of the official image and release line, the last
// day of the upstream's security support. Sources:
//
//	python    https://devguide.python.org/versions/
//	node      https://github.com/nodejs/release#release-schedule
//	golang    https://go.dev/doc/devel/release (a line ends with the second release after it)
//	php       https://www.php.net/eol.php and https://www.php.net/supported-versions.php
//	ruby      https://www.ruby-lang.org/en/downloads/branches/
//	dotnet    https://dotnet.microsoft.com/en-us/platform/support/policy/dotnet-core
//	postgres  https://www.postgresql.org/support/versioning/
//	mysql     https://www.oracle.com/us/assets/lifetime-support-technology-069183.pdf
//	mongo     https://www.mongodb.com/legal/support-policy/lifecycles
//	openjdk   https://hub.docker.com/_/openjdk (the image, whose releases were given up in July 2022)
var products = map[string]map[string]string{
	"python": {
		"2.7": "2020-01-01", "3.4": "2019-03-18", "3.5": "2020-09-30", "3.6": "2021-12-23", "3.7": "2023-06-27", "3.8": "2024-10-07",
		"3.9": "2025-10-31", "3.10": "2026-10-31", "3.11": "2027-10-31", "3.12": "2028-10-31", "3.13": "2029-10-31", "3.14": "2030-10-31",
	},
	"node": {
		"4": "2018-04-30", "6": "2019-04-30", "8": "2019-12-31", "9": "2018-06-30", "10": "2021-04-30", "11": "2019-06-01", "12": "2022-04-30",
		"13": "2020-06-01", "14": "2023-04-30", "15": "2021-06-01", "16": "2023-09-11", "17": "2022-06-01", "18": "2025-04-30", "19": "2023-06-01",
		"20": "2026-04-30", "21": "2024-06-01", "22": "2027-04-30", "23": "2025-06-01", "24": "2028-04-30",
	},
	"golang": {
		"1.9": "2018-08-24", "1.10": "2019-02-25", "1.11": "2019-09-03", "1.12": "2020-02-25", "1.13": "2020-08-11", "1.14": "2021-02-16",
		"1.15": "2021-08-16", "1.16": "2022-03-15", "1.17": "2022-08-02", "1.18": "2023-02-01", "1.19": "2023-08-08", "1.20": "2024-02-06",
		"1.21": "2024-08-13", "1.22": "2025-02-11", "1.23": "2025-08-12", "1.24": "2026-02-28",
	},
	"php": {
		"5.6": "2018-12-31", "7.0": "2019-01-10", "7.1": "2019-12-01", "7.2": "2020-11-30", "7.3": "2021-12-06", "7.4": "2022-11-28",
		"8.0": "2023-11-26", "8.1": "2025-12-31", "8.2": "2026-12-31", "8.3": "2027-12-31", "8.4": "2028-12-31",
	},
	"ruby": {
		"2.4": "2020-04-05", "2.5": "2021-04-05", "2.6": "2022-04-12", "2.7": "2023-03-31", "3.0": "2024-04-23", "3.1": "2025-03-26", "3.2": "2026-04-01",
	},
	"dotnet": {
		"2.1": "2021-08-21", "2.2": "2019-12-23", "3.0": "2020-03-03", "3.1": "2022-12-13", "5.0": "2022-05-10", "6.0": "2024-11-12",
		"7.0": "2024-05-14", "8.0": "2026-11-10", "9.0": "2026-11-10",
	},
	"postgres": {
		"9.5": "2021-02-11", "9.6": "2021-11-11", "10": "2022-11-10", "11": "2023-11-09", "12": "2024-11-21", "13": "2025-11-13", "14": "2026-11-12",
		"15": "2027-11-11", "16": "2028-11-09", "17": "2029-11-08",
	},
	"mysql":   {"5.5": "2018-12-31", "5.6": "2021-02-28", "5.7": "2023-10-31", "8.0": "2026-04-30"},
	"mongo":   {"3.6": "2021-04-30", "4.0": "2022-04-30", "4.2": "2023-04-30", "4.4": "2024-02-29", "5.0": "2024-10-31", "6.0": "2025-07-31"},
	"openjdk": {"7": "2022-07-31", "8": "2022-07-31", "11": "2022-07-31", "16": "2022-07-31", "17": "2022-07-31", "18": "2022-09-20"},
}

// codenames are the names that tags use for releases.
// https://www.debian.org/releases/ and https://wiki.ubuntu.com/Releases
var codenames = map[string]string{
	"wheezy": "debian 7", "jessie": "debian 8", "stretch": "debian 9", "buster": "debian 10", "bullseye": "debian 11", "bookworm": "debian 12", "trixie": "debian 13",
	"trusty": "ubuntu 14.04", "xenial": "ubuntu 16.04", "bionic": "ubuntu 18.04", "focal": "ubuntu 20.04", "jammy": "ubuntu 22.04", "noble": "ubuntu 24.04", "resolute": "ubuntu 26.04",
	"kinetic": "ubuntu 22.10", "lunar": "ubuntu 23.04", "mantic": "ubuntu 23.10", "oracular": "ubuntu 24.10", "plucky": "ubuntu 25.04", "questing": "ubuntu 25.10",
}

// names are how people call what the tables hold.
var names = map[string]string{
	"debian": "Debian", "ubuntu": "Ubuntu", "alpine": "Alpine", "rhel": "Red Hat Enterprise Linux", "rocky": "Rocky Linux", "almalinux": "AlmaLinux",
	"centos": "CentOS", "fedora": "Fedora", "opensuse-leap": "openSUSE Leap", "amzn": "Amazon Linux", "ol": "Oracle Linux",
	"sles": "SUSE Linux Enterprise Server", "mageia": "Mageia", "openeuler": "openEuler", "mariner": "CBL-Mariner", "azurelinux": "Azure Linux", "photon": "Photon OS",
	"python": "Python", "node": "Node.js", "golang": "Go", "php": "PHP", "ruby": "Ruby", "dotnet": ".NET", "postgres": "PostgreSQL",
	"mysql": "MySQL", "mongo": "MongoDB", "openjdk": "the openjdk image of Java",
}
