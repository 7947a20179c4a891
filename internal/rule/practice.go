package rule

// Practice is one container or Kubernetes security practice that the product
// answers to. Rules name it in their references.
type Practice struct{ ID, Title string }

// practiceStandard is what a Ref to a practice has as its standard.
const practiceStandard = "practice"

// Practices returns all of them, in order. Numbers that are missing were merged
// into others or lie outside of what a gate can see.
func Practices() []Practice { return practices[:] }

// String is the reference as a reader understands it, "CIS Docker 4.1" or
// "practice M7 (build in several stages)".
func (r Ref) String() string {
	name := r.Standard + " " + r.Control
	if r.Standard == practiceStandard {
		for _, p := range practices {
			if p.ID == r.Control {
				return name + " (" + p.Title + ")"
			}
		}
	}
	return name
}

var practices = [...]Practice{
	{"M1", "start from a minimal base image"},
	{"M2", "no shell and no package manager in the image"},
	{"M3", "remove the package manager once it has done its work"},
	{"M4", "no needless components, no download or debugging tools"},
	{"M5", "current images and tools"},
	{"M6", "pin versions"},
	{"M7", "build in several stages"},
	{"M8", "run as a numbered user other than root"},
	{"M9", "build without root, in a sandbox"},
	{"M10", "only approved and verified sources"},
	{"M11", "only known registries"},
	{"M12", "rebuild images instead of updating what runs"},
	{"M13", "scan packages of the distribution"},
	{"M14", "scan libraries of the programming language"},
	{"M15", "say whether a vulnerability has a fix"},
	{"M16", "fail on severe vulnerabilities that have a fix"},
	{"M17", "accept risks by name, with a reason and an end"},
	{"M18", "no malware in images"},
	{"M19", "no keys in images, found before they are pushed"},
	{"M20", "no leaked cloud credentials"},
	{"M21", "refuse licences that the company does not accept"},
	{"M22", "write only where the program's files belong"},
	{"M23", "rules of one's own for the application"},
	{"M24", "sign and verify, so that nothing changes between build and deployment"},
	{"M25", "sign and push approved images only"},
	{"M26", "a private registry that holds approved images only"},
	{"M27", "build images from reviewed code only"},
	{"M28", "roll repaired images out without a gap"},
	{"M29", "no weak or empty passwords"},
	{"M30", "no SSH in images"},
	{"M31", "know what is deployed"},
	{"M32", "know where it is deployed: cluster, namespace, node"},
	{"M33", "know how it runs: with which rights, reachable by whom"},
	{"M34", "know what it can reach: secrets, volumes, node, API server"},
	{"M35", "know whether it complies with the policy"},
	{"M36", "isolate by namespaces"},
	{"M37", "segment the network by NetworkPolicies"},
	{"M38", "deny traffic by default, in both directions"},
	{"M40", "default limits by LimitRange"},
	{"M41", "quotas by ResourceQuota"},
	{"M42", "CPU and memory requests and limits"},
	{"M43", "least privilege in RBAC"},
	{"M44", "no attribute-based access control from files"},
	{"M45", "no rights for default service accounts"},
	{"M46", "one service account for each application"},
	{"M47", "no token where the API server is not used"},
	{"M48", "mount only the secrets that are needed"},
	{"M49", "secrets in read-only volumes, not in the environment"},
	{"M50", "no secrets in manifests and repositories"},
	{"M51", "demand a user other than root"},
	{"M52", "no privilege escalation"},
	{"M53", "no privileged containers"},
	{"M54", "a read-only root file system"},
	{"M55", "temporary files and logs in an emptyDir"},
	{"M56", "keep /proc masked"},
	{"M57", "stay out of the node's namespaces, files and kernel settings"},
	{"M58", "drop capabilities"},
	{"M59", "confine by SELinux"},
	{"M60", "confine by AppArmor"},
	{"M61", "confine by seccomp"},
	{"M62", "run what is not trusted in a sandboxed runtime"},
	{"M63", "enforce pod security at admission"},
	{"M64", "no exec into privileged pods"},
	{"M65", "verify images at admission"},
	{"M66", "refuse images without a recent, clean scan"},
	{"M67", "refuse unsigned images at admission"},
	{"M68", "name the owner in labels or annotations"},
	{"M69", "restrict exec into containers"},
	{"M70", "run pods under a controller, so that they can be replaced"},
	{"M71", "replicas that are alike"},
	{"M72", "no API versions that clusters no longer serve"},
	{"M73", "control access to cloud resources"},
	{"M74", "watch at run time"},
	{"M75", "alarm on escalation, on writes outside known folders, and on shells"},
	{"M76", "allow known processes only"},
	{"M77", "hand what is known from the build to run-time tools"},
	{"M78", "compare traffic with policy, and tighten it"},
	{"M79", "scan what is deployed"},
	{"M80", "judge again when new vulnerabilities become known"},
	{"M81", "repair in the image, by way of the repository"},
	{"M82", "put first what is exposed or privileged"},
	{"M83", "prefer rules that bring the most for the least effort"},
	{"M84", "group findings by cloud, cluster, container and code"},
	{"M85", "keep the policy as versioned code"},
	{"M86", "trace every change of the policy"},
	{"M87", "show the result to everyone concerned"},
	{"M88", "run in every CI system"},
	{"M89", "map rules to compliance frameworks"},
	{"M90", "keep proof of compliance"},
	{"M91", "audit automatically, at scale"},
	{"M92", "find it early, on the developer's machine"},
	{"M93", "use the platform's own controls"},
	{"M94", "secure build machines and repositories"},
	{"M95", "least privilege for pipelines"},
	{"M96", "protect the source code"},
	{"M97", "scan before the push"},
	{"M98", "check once more before production"},
	{"M99", "keep Kubernetes on a supported release"},
	{"M100", "API server without anonymous access, with TLS"},
	{"M101", "etcd with TLS, secrets encrypted at rest"},
	{"M102", "kubelet without anonymous access"},
	{"M103", "limit what nodes may change"},
	{"M106", "audit log switched on and shipped"},
	{"M110", "a hardened registry"},
	{"M112", "answer run-time alarms automatically"},
	{"M115", "scale what is suspicious to zero"},
}
