package deploy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hardened are the fields of a container that the checks of the other tools are
// content with, as far as they do not contradict each other.
var hardened = map[string]string{
	"image":                                    "example.com/web:1",
	"imagePullPolicy":                          "Always",
	"resources":                                "{requests: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}, limits: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}}",
	"ports":                                    "[{containerPort: 8080, name: http}]",
	"livenessProbe":                            "{httpGet: {path: /live, port: 8080}}",
	"readinessProbe":                           "{httpGet: {path: /ready, port: http}}",
	"securityContext.runAsNonRoot":             "true",
	"securityContext.runAsUser":                "20000",
	"securityContext.runAsGroup":               "20000",
	"securityContext.readOnlyRootFilesystem":   "true",
	"securityContext.privileged":               "false",
	"securityContext.allowPrivilegeEscalation": "false",
	"securityContext.capabilities":             "{drop: [ALL]}",
}

// changed writes a container that differs from a hardened one in one field; an
// empty value takes the field out.
func changed(name, indent, field, value string, without ...string) string {
	fields := maps.Clone(hardened)
	maps.DeleteFunc(fields, func(k, _ string) bool { return slices.Contains(without, k) })
	if field == "securityContext" {
		maps.DeleteFunc(fields, func(k, _ string) bool { return strings.HasPrefix(k, field) })
	}
	if fields[field] = value; value == "" {
		delete(fields, field)
	}
	var plain, security []string
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		if own, ok := strings.CutPrefix(k, "securityContext."); ok {
			security = append(security, own+": "+fields[k])
		} else {
			plain = append(plain, k+": "+fields[k])
		}
	}
	if len(security) > 0 {
		plain = append(plain, "securityContext: {"+strings.Join(security, ", ")+"}")
	}
	return "- name: " + name + "\n" + indent + "  " + strings.Join(plain, "\n"+indent+"  ")
}

// hardenedWorkload writes a Deployment of one container and, unless first is
// empty, an init container before it.
func hardenedWorkload(container, first string) string {
	text := `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      automountServiceAccountToken: false
      priorityClassName: mine
      containers:
      ` + container + "\n"
	if first != "" {
		text += "      initContainers:\n      " + first + "\n"
	}
	return text
}

// peers are the tools whose answers the table below holds; the rest is what
// those answers were not taken from: the tool's release does not have the check,
// or it reads what Kubernetes no longer does.
var (
	peers      = [...]string{"kube-linter:", "kube-score:", "polaris:", "kubeaudit:", "kubesec:"}
	unanswered = [...]string{"kube-linter:sorted-keys", "kubesec:SecretsAsEnvironmentVariables", "kubesec:SeccompAny", "kubesec:SeccompUnconfined", "kubesec:HostUsers"}
)

// peersOf returns the checks of those tools that the findings about a manifest
// stand for.
func peersOf(t *testing.T, text string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, a := range sameAs(t, text) {
		if slices.ContainsFunc(peers[:], func(tool string) bool { return strings.HasPrefix(a, tool) }) && !slices.Contains(unanswered[:], a) {
			out[a] = true
		}
	}
	return out
}

// difference words what comes (+) and what goes (-) between two sets.
func difference(before, after map[string]bool) string {
	var out []string
	for _, a := range slices.Sorted(maps.Keys(after)) {
		if !before[a] {
			out = append(out, "+"+a)
		}
	}
	for _, b := range slices.Sorted(maps.Keys(before)) {
		if !after[b] {
			out = append(out, "-"+b)
		}
	}
	return strings.Join(out, " ")
}

// TestPeersOneFieldAtATime changes one field of a hardened container, or of an
// init container beside it, and holds which checks of other tools come and go:
// kube-score 1.20, kubeaudit 0.22 and kubesec 2.14 as they answered, kube-linter
// and polaris as their checks are defined.
func TestPeersOneFieldAtATime(t *testing.T) {
	none := []string{"livenessProbe", "readinessProbe", "ports"} // an init container has no use for them
	plain := changed("web", "      ", "", "")
	alone, beside := peersOf(t, hardenedWorkload(plain, "")), peersOf(t, hardenedWorkload(plain, changed("first", "      ", "", "", none...)))
	for _, c := range oneFieldAtATime {
		if c.own != untold {
			require.Equal(t, c.own, difference(alone, peersOf(t, hardenedWorkload(changed("web", "      ", c.field, c.value), ""))), "%s: %s", c.field, c.value)
		}
		first := c.first
		if first == same {
			first = c.own
		}
		if first != untold {
			require.Equal(t, first, difference(beside, peersOf(t, hardenedWorkload(plain, changed("first", "      ", c.field, c.value, none...)))), "init, %s: %s", c.field, c.value)
		}
	}
}

const (
	// same: the init container has what an ordinary one has.
	same = "same"
	// untold: we judge otherwise, docs/compat.md says why, or the field is none
	// of an init container's.
	untold = "untold"
)

// oneFieldAtATime is what a change of one field brings in an ordinary container
// and in an init container.
var oneFieldAtATime = [...]struct{ field, value, own, first string }{
	{"securityContext", "",
		"+kube-linter:no-read-only-root-fs +kube-linter:run-as-non-root +kube-score:container-security-context-readonlyrootfilesystem +kube-score:container-security-context-user-group-id +kubeaudit:capabilities +kubeaudit:nonroot +kubeaudit:privesc +kubeaudit:privileged +kubeaudit:rootfs +kubesec:CapDropAll +kubesec:CapDropAny +kubesec:ReadOnlyRootFilesystem +kubesec:RunAsGroup +kubesec:RunAsNonRoot +kubesec:RunAsUser +polaris:insecureCapabilities +polaris:linuxHardening +polaris:notReadOnlyRootFilesystem +polaris:privilegeEscalationAllowed +polaris:runAsRootAllowed", "+kube-linter:no-read-only-root-fs +kube-linter:run-as-non-root +kube-score:container-security-context-readonlyrootfilesystem +kube-score:container-security-context-user-group-id +kubeaudit:capabilities +kubeaudit:nonroot +kubeaudit:privesc +kubeaudit:privileged +kubeaudit:rootfs +polaris:insecureCapabilities +polaris:linuxHardening +polaris:notReadOnlyRootFilesystem +polaris:privilegeEscalationAllowed +polaris:runAsRootAllowed"},
	{"securityContext", "{}",
		"+kube-linter:no-read-only-root-fs +kube-linter:run-as-non-root +kube-score:container-security-context-readonlyrootfilesystem +kube-score:container-security-context-user-group-id +kubeaudit:capabilities +kubeaudit:nonroot +kubeaudit:privesc +kubeaudit:privileged +kubeaudit:rootfs +kubesec:CapDropAll +kubesec:CapDropAny +kubesec:ReadOnlyRootFilesystem +kubesec:RunAsGroup +kubesec:RunAsNonRoot +kubesec:RunAsUser +polaris:insecureCapabilities +polaris:linuxHardening +polaris:notReadOnlyRootFilesystem +polaris:privilegeEscalationAllowed +polaris:runAsRootAllowed", "+kube-linter:no-read-only-root-fs +kube-linter:run-as-non-root +kube-score:container-security-context-readonlyrootfilesystem +kube-score:container-security-context-user-group-id +kubeaudit:capabilities +kubeaudit:nonroot +kubeaudit:privesc +kubeaudit:privileged +kubeaudit:rootfs +polaris:insecureCapabilities +polaris:linuxHardening +polaris:notReadOnlyRootFilesystem +polaris:privilegeEscalationAllowed +polaris:runAsRootAllowed"},
	{"securityContext.privileged", "true",
		"+kube-linter:privilege-escalation-container +kube-linter:privileged-container +kube-score:container-security-context-privileged +kubeaudit:privileged +kubesec:Privileged +polaris:runAsPrivileged", same},
	{"securityContext.privileged", "",
		"+kubeaudit:privileged", same},
	{"securityContext.allowPrivilegeEscalation", "true",
		"+kube-linter:privilege-escalation-container +kubeaudit:privesc +kubesec:AllowPrivilegeEscalation +polaris:privilegeEscalationAllowed", same},
	{"securityContext.allowPrivilegeEscalation", "",
		"+kubeaudit:privesc +polaris:privilegeEscalationAllowed", same},
	{"securityContext.runAsNonRoot", "false",
		"+kubesec:RunAsNonRoot", ""},
	{"securityContext.runAsNonRoot", "",
		"+kubesec:RunAsNonRoot", ""},
	{"securityContext.runAsUser", "0",
		"+kube-linter:run-as-non-root +kube-score:container-security-context-user-group-id +kubeaudit:nonroot +kubesec:RunAsUser", "+kube-linter:run-as-non-root +kube-score:container-security-context-user-group-id +kubeaudit:nonroot"},
	{"securityContext.runAsUser", "1000",
		"+kube-score:container-security-context-user-group-id +kubesec:RunAsUser", "+kube-score:container-security-context-user-group-id"},
	{"securityContext.runAsUser", "",
		"+kube-score:container-security-context-user-group-id +kubesec:RunAsUser", "+kube-score:container-security-context-user-group-id"},
	{"securityContext.runAsGroup", "0",
		"+kube-linter:run-as-non-root +kube-score:container-security-context-user-group-id +kubesec:RunAsGroup", "+kube-linter:run-as-non-root +kube-score:container-security-context-user-group-id"},
	{"securityContext.runAsGroup", "",
		"+kube-linter:run-as-non-root +kube-score:container-security-context-user-group-id +kubesec:RunAsGroup", "+kube-linter:run-as-non-root +kube-score:container-security-context-user-group-id"},
	{"securityContext.readOnlyRootFilesystem", "false",
		"+kube-linter:no-read-only-root-fs +kube-score:container-security-context-readonlyrootfilesystem +kubeaudit:rootfs +kubesec:ReadOnlyRootFilesystem +polaris:notReadOnlyRootFilesystem", "+kube-linter:no-read-only-root-fs +kube-score:container-security-context-readonlyrootfilesystem +kubeaudit:rootfs +polaris:notReadOnlyRootFilesystem"},
	{"securityContext.readOnlyRootFilesystem", "",
		"+kube-linter:no-read-only-root-fs +kube-score:container-security-context-readonlyrootfilesystem +kubeaudit:rootfs +kubesec:ReadOnlyRootFilesystem +polaris:notReadOnlyRootFilesystem", "+kube-linter:no-read-only-root-fs +kube-score:container-security-context-readonlyrootfilesystem +kubeaudit:rootfs +polaris:notReadOnlyRootFilesystem"},
	{"securityContext.procMount", "Unmasked",
		"+kube-linter:unsafe-proc-mount +polaris:procMount", "+kube-linter:unsafe-proc-mount"},
	{"securityContext.procMount", "Default",
		"", same},
	{"securityContext.windowsOptions", "{hostProcess: true}",
		"+polaris:hostProcess", ""},
	{"securityContext.seccompProfile", "{type: Unconfined}",
		"-kube-score:container-seccomp-profile", ""},
	{"securityContext.seccompProfile", "{type: RuntimeDefault}",
		"-kube-score:container-seccomp-profile -kubeaudit:seccomp", ""},
	{"securityContext.seLinuxOptions", "{level: s0}",
		"", same},
	{"securityContext.capabilities", "",
		"+kubeaudit:capabilities +kubesec:CapDropAll +kubesec:CapDropAny +polaris:insecureCapabilities +polaris:linuxHardening", "+kubeaudit:capabilities +polaris:insecureCapabilities +polaris:linuxHardening"},
	{"securityContext.capabilities", "{}",
		"+kube-linter:drop-net-raw-capability +kubeaudit:capabilities +kubesec:CapDropAll +kubesec:CapDropAny +polaris:insecureCapabilities +polaris:linuxHardening", "+kube-linter:drop-net-raw-capability +kubeaudit:capabilities +polaris:insecureCapabilities +polaris:linuxHardening"},
	{"securityContext.capabilities", "{drop: [NET_RAW]}",
		"+kubeaudit:capabilities +kubesec:CapDropAll +polaris:insecureCapabilities", "+kubeaudit:capabilities +polaris:insecureCapabilities"},
	{"securityContext.capabilities", "{drop: [CHOWN]}",
		"+kube-linter:drop-net-raw-capability +kubeaudit:capabilities +kubesec:CapDropAll +polaris:insecureCapabilities", "+kube-linter:drop-net-raw-capability +kubeaudit:capabilities +polaris:insecureCapabilities"},
	{"securityContext.capabilities", "{drop: [ALL], add: [SYS_ADMIN]}",
		"+kube-linter:privilege-escalation-container +kubeaudit:capabilities +kubesec:CapSysAdmin +polaris:dangerousCapabilities", same},
	{"securityContext.capabilities", "{drop: [ALL], add: [NET_ADMIN]}",
		"+kubeaudit:capabilities +polaris:dangerousCapabilities", same},
	{"securityContext.capabilities", "{drop: [ALL], add: [NET_RAW]}",
		"+kube-linter:drop-net-raw-capability +kubeaudit:capabilities", same},
	{"securityContext.capabilities", "{drop: [ALL], add: [CHOWN]}",
		"+kubeaudit:capabilities", same},
	{"securityContext.capabilities", "{add: [ALL]}",
		"+kube-linter:drop-net-raw-capability +kubeaudit:capabilities +kubesec:CapDropAll +kubesec:CapDropAny +polaris:dangerousCapabilities +polaris:insecureCapabilities +polaris:linuxHardening", "+kube-linter:drop-net-raw-capability +kubeaudit:capabilities +polaris:dangerousCapabilities +polaris:insecureCapabilities +polaris:linuxHardening"},
	{"image", "example.com/web",
		"+kube-linter:latest-tag +kube-score:container-image-tag +kubeaudit:image +polaris:tagNotSpecified", same},
	{"image", "example.com/web:latest",
		"+kube-linter:latest-tag +kube-score:container-image-tag +polaris:tagNotSpecified", same},
	{"image", "nginx",
		"+kube-linter:latest-tag +kube-score:container-image-tag +kubeaudit:image +polaris:tagNotSpecified", same},
	{"image", "example.com/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"", same},
	{"imagePullPolicy", "IfNotPresent",
		"+kube-score:container-image-pull-policy +polaris:pullPolicyNotAlways", same},
	{"imagePullPolicy", "Never",
		"+kube-score:container-image-pull-policy +polaris:pullPolicyNotAlways", same},
	{"imagePullPolicy", "",
		"+kube-score:container-image-pull-policy +polaris:pullPolicyNotAlways", same},
	{"resources", "",
		"+kube-linter:unset-cpu-requirements +kube-linter:unset-ephemeral-storage-requirements +kube-linter:unset-memory-requirements +kube-score:container-ephemeral-storage-request-and-limit +kube-score:container-resources +kubeaudit:limits +kubesec:LimitsCPU +kubesec:LimitsMemory +kubesec:RequestsCPU +kubesec:RequestsMemory +polaris:cpuLimitsMissing +polaris:cpuRequestsMissing +polaris:memoryLimitsMissing +polaris:memoryRequestsMissing", "+kube-linter:unset-cpu-requirements +kube-linter:unset-ephemeral-storage-requirements +kube-linter:unset-memory-requirements +kube-score:container-ephemeral-storage-request-and-limit +kube-score:container-resources +kubeaudit:limits"},
	{"resources", "{requests: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}}",
		"+kube-linter:unset-ephemeral-storage-requirements +kube-linter:unset-memory-requirements +kube-score:container-cpu-requests-equal-limits +kube-score:container-ephemeral-storage-request-and-limit +kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubeaudit:limits +kubesec:LimitsCPU +kubesec:LimitsMemory +polaris:cpuLimitsMissing +polaris:memoryLimitsMissing", "+kube-linter:unset-ephemeral-storage-requirements +kube-linter:unset-memory-requirements +kube-score:container-cpu-requests-equal-limits +kube-score:container-ephemeral-storage-request-and-limit +kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubeaudit:limits"},
	{"resources", "{limits: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}}",
		"+kube-linter:unset-cpu-requirements +kube-score:container-cpu-requests-equal-limits +kube-score:container-ephemeral-storage-request-and-limit +kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubesec:RequestsCPU +kubesec:RequestsMemory +polaris:cpuRequestsMissing +polaris:memoryRequestsMissing", "+kube-linter:unset-cpu-requirements +kube-score:container-cpu-requests-equal-limits +kube-score:container-ephemeral-storage-request-and-limit +kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources"},
	{"resources", "{requests: {memory: 1Gi, ephemeral-storage: 1Gi}, limits: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}}",
		"+kube-linter:unset-cpu-requirements +kube-score:container-cpu-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubesec:RequestsCPU +polaris:cpuRequestsMissing", "+kube-linter:unset-cpu-requirements +kube-score:container-cpu-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources"},
	{"resources", "{requests: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}, limits: {memory: 1Gi, ephemeral-storage: 1Gi}}",
		"+kube-score:container-cpu-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubeaudit:limits +kubesec:LimitsCPU +polaris:cpuLimitsMissing", "+kube-score:container-cpu-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubeaudit:limits"},
	{"resources", "{requests: {cpu: 100m, ephemeral-storage: 1Gi}, limits: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}}",
		"+kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubesec:RequestsMemory +polaris:memoryRequestsMissing", "+kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources"},
	{"resources", "{requests: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}, limits: {cpu: 100m, ephemeral-storage: 1Gi}}",
		"+kube-linter:unset-memory-requirements +kube-score:container-memory-requests-equal-limits +kube-score:container-resource-requests-equal-limits +kube-score:container-resources +kubeaudit:limits +kubesec:LimitsMemory +polaris:memoryLimitsMissing", untold},
	{"resources", "{requests: {cpu: 50m, memory: 1Gi, ephemeral-storage: 1Gi}, limits: {cpu: 100m, memory: 1Gi, ephemeral-storage: 1Gi}}",
		"+kube-score:container-cpu-requests-equal-limits +kube-score:container-resource-requests-equal-limits", same},
	{"ports", "[{containerPort: 8080, name: http, hostPort: 8080}]",
		"+polaris:hostPortSet", same},
	{"ports", "[{containerPort: 8080, name: http}, {containerPort: 22}]",
		"+kube-linter:privileged-ports +kube-linter:ssh-port", same},
	{"ports", "[{containerPort: 8080, name: http}, {containerPort: 80}]",
		"+kube-linter:privileged-ports", same},
	{"ports", "[{containerPort: 8080, name: http}, {containerPort: 8081, name: http}]",
		"+kube-score:container-ports-check", same},
	{"ports", "[{containerPort: 8080, name: http}, {containerPort: 8081, name: Bad_Name}]",
		"+kube-linter:invalid-target-ports", same},
	{"env", "[{name: X, valueFrom: {secretKeyRef: {name: a, key: b}}}]",
		"+kube-linter:env-value-from +kube-linter:read-secret-from-env-var", same},
	{"env", "[{name: X, valueFrom: {configMapKeyRef: {name: a, key: b}}}]",
		"+kube-linter:env-value-from", same},
	{"env", "[{name: MY_SECRET, value: x}]",
		"+kube-linter:env-var-secret +polaris:sensitiveContainerEnvVar", same},
	{"env", "[{name: PASSWORD_FILE, value: /x}]",
		"+polaris:sensitiveContainerEnvVar", same},
	{"env", "[{name: LEVEL, value: debug}]",
		"", same},
	{"env", "[{name: A, value: a}, {name: A, value: b}]",
		"+kube-linter:duplicate-env-var +kube-score:environment-variable-key-duplication", same},
	{"livenessProbe", "",
		"+kube-linter:no-liveness-probe +polaris:livenessProbeMissing", untold},
	{"readinessProbe", "",
		"+kube-linter:no-readiness-probe +polaris:readinessProbeMissing", untold},
	{"livenessProbe", "{httpGet: {path: /ready, port: http}}",
		"+kube-score:pod-probes-identical", untold},
	{"livenessProbe", "{httpGet: {path: /live, port: 9}}",
		"+kube-linter:liveness-port", untold},
	{"startupProbe", "{tcpSocket: {port: 9}}",
		"+kube-linter:startup-port", untold},
}
