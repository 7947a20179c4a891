package deploy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// found returns the IDs of the rules that a manifest breaks.
func found(t *testing.T, text string) []string {
	t.Helper()
	rules := deploy.Rules()
	var configured []rule.Configured
	for i := range rules {
		configured = append(configured, rule.Configured{Rule: &rules[i]})
	}
	all, err := rule.Run(configured, ruletest.Load(t, ruletest.Parse("-- a.yaml --\n"+text)), time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	var ids []string
	for _, f := range all {
		ids = append(ids, f.Rule.ID)
	}
	return ids
}

// TestPodSecurityStandards holds the rules against the tables of
// https://kubernetes.io/docs/concepts/security/pod-security-standards/: for each
// control, values that it forbids and values that it allows.
func TestPodSecurityStandards(t *testing.T) {
	pod := func(fields ...string) []string {
		var out []string
		for _, f := range fields {
			out = append(out, deployment(f, ""))
		}
		return out
	}
	container := func(fields ...string) []string {
		var out []string
		for _, f := range fields {
			out = append(out, deployment("", "securityContext: {"+f+"}"))
		}
		return out
	}
	both := func(lists ...[]string) []string { return slices.Concat(lists...) }
	annotated := func(value string) []string {
		return []string{strings.Replace(deployment("", ""), "labels: {app: web}}\n    spec", "labels: {app: web}, annotations: {container.apparmor.security.beta.kubernetes.io/web: "+value+"}}\n    spec", 1)}
	}
	volume := func(sources ...string) []string {
		var out []string
		for _, s := range sources {
			out = append(out, deployment("volumes: [{name: v, "+s+"}]", ""))
		}
		return out
	}
	for _, c := range []struct {
		control, id string
		forbidden   []string
		allowed     []string
	}{
		{"baseline/windowsHostProcess", "TW-K019", both(pod("securityContext: {windowsOptions: {hostProcess: true}}"), container("windowsOptions: {hostProcess: true}")), container("windowsOptions: {hostProcess: false}")},
		{"baseline/hostNamespaces", "TW-K007", pod("hostNetwork: true"), pod("", "hostNetwork: false")},
		{"baseline/hostNamespaces", "TW-K008", pod("hostPID: true"), pod("", "hostPID: false")},
		{"baseline/hostNamespaces", "TW-K009", pod("hostIPC: true"), pod("", "hostIPC: false")},
		{"baseline/privileged", "TW-K001", container("privileged: true"), container("privileged: false", "")},
		{"baseline/capabilities", "TW-K006", container("capabilities: {add: [NET_RAW]}", "capabilities: {add: [SYS_ADMIN]}", "capabilities: {add: [CHOWN, BPF]}"),
			container("capabilities: {add: [AUDIT_WRITE, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT]}")},
		{"baseline/hostPathVolumes", "TW-K010", volume("hostPath: {path: /srv}"), volume("emptyDir: {}")},
		{"baseline/hostPorts", "TW-K013", []string{deployment("", "ports: [{containerPort: 80, hostPort: 80}]")}, []string{deployment("", "ports: [{containerPort: 80, hostPort: 0}]"), deployment("", "ports: [{containerPort: 80}]")}},
		{"baseline/hostProbesAndHostLifecycle", "TW-K021", []string{deployment("", "livenessProbe: {httpGet: {port: 80, host: 10.0.0.1}}"), deployment("", "readinessProbe: {tcpSocket: {port: 80, host: example.com}}"),
			deployment("", "lifecycle: {postStart: {httpGet: {port: 80, host: 10.0.0.1}}}")}, []string{deployment("", "livenessProbe: {httpGet: {port: 80}}"), deployment("", `livenessProbe: {httpGet: {port: 80, host: ""}}`)}},
		{"baseline/appArmorProfile", "TW-K017", both(container("appArmorProfile: {type: Unconfined}"), pod("securityContext: {appArmorProfile: {type: Unconfined}}"), annotated("unconfined")),
			both(container("appArmorProfile: {type: RuntimeDefault}", "appArmorProfile: {type: Localhost, localhostProfile: x}", ""), annotated("runtime/default"), annotated("localhost/x"))},
		{"baseline/seLinuxOptions", "TW-K018", container("seLinuxOptions: {type: spc_t}", "seLinuxOptions: {user: system_u}", "seLinuxOptions: {role: sysadm_r}"),
			container("seLinuxOptions: {type: container_t}", "seLinuxOptions: {type: container_init_t}", "seLinuxOptions: {type: container_kvm_t}", "seLinuxOptions: {type: container_engine_t}", `seLinuxOptions: {type: "", level: "s0:c1"}`)},
		{"baseline/procMount", "TW-K014", container("procMount: Unmasked"), container("procMount: Default", "")},
		{"baseline/sysctls", "TW-K015", pod("securityContext: {sysctls: [{name: kernel.msgmax, value: x}]}", "securityContext: {sysctls: [{name: net.core.somaxconn, value: x}]}"),
			pod("securityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: x}, {name: net.ipv4.ip_local_port_range, value: x}, {name: net.ipv4.ip_unprivileged_port_start, value: x}, {name: net.ipv4.tcp_syncookies, value: x}, {name: net.ipv4.ping_group_range, value: x}, {name: net.ipv4.ip_local_reserved_ports, value: x}, {name: net.ipv4.tcp_keepalive_time, value: x}, {name: net.ipv4.tcp_fin_timeout, value: x}, {name: net.ipv4.tcp_keepalive_intvl, value: x}, {name: net.ipv4.tcp_keepalive_probes, value: x}]}")},
		{"restricted/seccompProfile", "TW-K016", pod("", "securityContext: {runAsNonRoot: true}"),
			both(pod("securityContext: {seccompProfile: {type: RuntimeDefault}}"), container("seccompProfile: {type: Localhost, localhostProfile: x}"))},
		{"baseline/seccompProfile", "TW-K298", both(pod("securityContext: {seccompProfile: {type: Unconfined}}"), container("seccompProfile: {type: Unconfined}")),
			both(pod("", "securityContext: {seccompProfile: {type: RuntimeDefault}}"), container("seccompProfile: {type: Localhost, localhostProfile: x}"))},
		{"restricted/restrictedVolumes", "TW-K020", volume("nfs: {server: a, path: /}", "iscsi: {targetPortal: a, iqn: b, lun: 0}", "gitRepo: {repository: a}", "flexVolume: {driver: a/b}", "awsElasticBlockStore: {volumeID: a}", "cephfs: {monitors: [a]}"),
			volume("configMap: {name: a}", "csi: {driver: a}", "downwardAPI: {items: []}", "emptyDir: {}", "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [a]}}}", "persistentVolumeClaim: {claimName: a}", "projected: {sources: []}", "secret: {secretName: a}")},
		{"restricted/allowPrivilegeEscalation", "TW-K002", container("", "allowPrivilegeEscalation: true"), container("allowPrivilegeEscalation: false")},
		{"restricted/runAsNonRoot", "TW-K003", both(container("", "runAsNonRoot: false"), []string{deployment("securityContext: {runAsNonRoot: true}", "securityContext: {runAsNonRoot: false}"),
			deployment("securityContext: {runAsNonRoot: false}", "securityContext: {runAsNonRoot: true}")}),
			both(container("runAsNonRoot: true"), pod("securityContext: {runAsNonRoot: true}"))},
		{"restricted/runAsUser", "TW-K004", both(container("runAsUser: 0"), pod("securityContext: {runAsUser: 0}")), container("runAsUser: 1000", "")},
		{"restricted/capabilities", "TW-K005", container("", "capabilities: {drop: [NET_RAW]}", "capabilities: {drop: [ALL], add: [CHOWN]}"), container("capabilities: {drop: [ALL]}", "capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}")},
	} {
		for _, text := range c.forbidden {
			require.Contains(t, found(t, text), c.id, "%s forbids:\n%s", c.control, text)
		}
		for _, text := range c.allowed {
			require.NotContains(t, found(t, text), c.id, "%s allows:\n%s", c.control, text)
		}
	}
}
