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

// sameAs returns the checks of other tools that the findings of all rules about
// a manifest stand for.
func sameAs(t *testing.T, text string) []string {
	t.Helper()
	rules := deploy.Rules()
	var configured []rule.Configured
	for i := range rules {
		configured = append(configured, rule.Configured{Rule: &rules[i]})
	}
	found, err := rule.Run(configured, ruletest.Load(t, ruletest.Parse("-- a.yaml --\n"+text)), time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	var out []string
	for _, f := range found {
		out = append(out, f.SameAs()...)
	}
	return out
}

// deployment writes a Deployment: fields of the pod's spec, then of its container.
func deployment(spec, container string) string {
	return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      ` + strings.ReplaceAll(spec, "\n", "\n      ") + `
      containers:
      - name: web
        image: example.com/web:1
        ` + strings.ReplaceAll(container, "\n", "\n        ") + "\n"
}

// hostPath writes a Deployment that mounts a folder of the node.
func hostPath(path string) string {
	return deployment("volumes: [{name: v, hostPath: {path: "+path+"}}]", "volumeMounts: [{name: v, mountPath: /v}]")
}

func clusterRole(rule string) string {
	return "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n- " + rule + "\n"
}

// TestAliases holds what each check of another tool is documented to find, and
// what it is not, against the findings that claim to be the same.
func TestAliases(t *testing.T) {
	sc := func(fields string) string { return deployment("", "securityContext: {"+fields+"}") }
	for _, c := range []struct {
		alias        string
		find, ignore []string
	}{
		{"kube-linter:privileged-container", []string{sc("privileged: true")}, []string{sc("privileged: false"), deployment("", "")}},
		{"kube-linter:privilege-escalation-container", []string{sc("allowPrivilegeEscalation: true"), sc("privileged: true"), sc("capabilities: {add: [SYS_ADMIN]}")},
			[]string{deployment("", ""), sc("allowPrivilegeEscalation: false")}},
		{"trivy:KSV-0001", []string{deployment("", ""), sc("allowPrivilegeEscalation: true")}, []string{sc("allowPrivilegeEscalation: false")}},
		{"kube-linter:run-as-non-root", []string{deployment("", ""), sc("runAsUser: 0, runAsNonRoot: true"), sc("runAsNonRoot: false")},
			[]string{sc("runAsUser: 1000, runAsGroup: 1000"), sc("runAsNonRoot: true, runAsGroup: 1000"), deployment("securityContext: {runAsNonRoot: true, runAsGroup: 1}", "")}},
		{"trivy:KSV-0012", []string{deployment("", ""), sc("runAsUser: 1000")}, []string{sc("runAsNonRoot: true")}},
		{"trivy:KSV-0105", []string{sc("runAsUser: 0")}, []string{sc("runAsUser: 1"), deployment("", "")}},
		{"kube-linter:drop-net-raw-capability", []string{sc("capabilities: {drop: [CHOWN]}"), sc("capabilities: {drop: [ALL], add: [NET_RAW]}")},
			[]string{deployment("", ""), sc("capabilities: {drop: [ALL]}"), sc("capabilities: {drop: [NET_RAW]}")}},
		{"trivy:KSV-0106", []string{sc("capabilities: {drop: [NET_RAW]}"), sc("capabilities: {drop: [ALL], add: [CHOWN]}")}, []string{sc("capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}")}},
		{"trivy:KSV-0003", []string{sc("capabilities: {drop: [NET_RAW]}"), deployment("", "")}, []string{sc("capabilities: {drop: [ALL], add: [CHOWN]}")}},
		{"trivy:KSV-0005", []string{sc("capabilities: {add: [SYS_ADMIN]}")}, []string{sc("capabilities: {add: [NET_ADMIN]}")}},
		{"trivy:KSV-0022", []string{sc("capabilities: {add: [NET_ADMIN]}"), sc("capabilities: {add: [CHOWN]}")}, []string{deployment("", "")}},
		{"kube-linter:host-network", []string{deployment("hostNetwork: true", "")}, []string{deployment("hostNetwork: false", ""), deployment("hostPID: true", "")}},
		{"kube-linter:host-pid", []string{deployment("hostPID: true", "")}, []string{deployment("hostIPC: true", "")}},
		{"kube-linter:host-ipc", []string{deployment("hostIPC: true", "")}, []string{deployment("hostPID: true", "")}},
		{"kube-linter:sensitive-host-mounts", []string{hostPath("/etc"), hostPath("/"), hostPath("/usr")}, []string{hostPath("/etc/ssl"), hostPath("/data"), hostPath("/var/run/docker.sock"), hostPath("/var/lib")}},
		{"kube-linter:docker-sock", []string{hostPath("/var/run/docker.sock"), hostPath("/run/docker.sock")}, []string{hostPath("/run/containerd/containerd.sock"), hostPath("/var/run")}},
		{"kubescape:C-0074", []string{hostPath("/run/containerd/containerd.sock")}, []string{hostPath("/data")}},
		{"trivy:KSV-0023", []string{hostPath("/etc"), hostPath("/data"), hostPath("/var/run/docker.sock")}, []string{deployment("volumes: [{name: v, emptyDir: {}}]", "")}},
		{"trivy:KSV-0024", []string{deployment("", "ports: [{containerPort: 80, hostPort: 80}]")}, []string{deployment("hostNetwork: true", "ports: [{containerPort: 80}]")}},
		{"kube-linter:unsafe-proc-mount", []string{sc("procMount: Unmasked")}, []string{sc("procMount: Default")}},
		{"kube-linter:unsafe-sysctls", []string{deployment("securityContext: {sysctls: [{name: kernel.sem, value: x}]}", ""), deployment("securityContext: {sysctls: [{name: net.core.somaxconn, value: x}]}", "")},
			[]string{deployment("securityContext: {sysctls: [{name: vm.swappiness, value: x}]}", "")}},
		{"kube-linter:latest-tag", []string{strings.ReplaceAll(deployment("", ""), "web:1", "web"), strings.ReplaceAll(deployment("", ""), "web:1", "web:latest"), strings.ReplaceAll(deployment("", ""), "example.com/web:1", "localhost:5000/web")},
			[]string{deployment("", ""), strings.ReplaceAll(deployment("", ""), "web:1", "web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")}},
		{"checkov:CKV_K8S_43", []string{deployment("", ""), strings.ReplaceAll(deployment("", ""), "web:1", "web:latest")}, nil},
		{"kube-linter:read-secret-from-env-var", []string{deployment("", "env: [{name: X, valueFrom: {secretKeyRef: {name: a, key: b}}}]"), deployment("", "env: [{name: X, valueFrom: {secretKeyRef: {name: a, key: b, optional: true}}}]")},
			[]string{deployment("", "env: [{name: X, value: y}]"), deployment("", "envFrom: [{secretRef: {name: a}}]")}},
		{"kube-linter:no-read-only-root-fs", []string{deployment("", ""), sc("readOnlyRootFilesystem: false")}, []string{sc("readOnlyRootFilesystem: true")}},
		{"trivy:KSV-0018", []string{deployment("", "")}, []string{deployment("", "resources: {limits: {memory: 1Gi}}")}},
		{"kube-linter:wildcard-in-rules", []string{clusterRole(`{apiGroups: [""], resources: ["*"], verbs: [get]}`), clusterRole(`{apiGroups: [apps], resources: [deployments], verbs: ["*"]}`), clusterRole(`{nonResourceURLs: ["*"], verbs: ["*"]}`)},
			[]string{clusterRole(`{apiGroups: [""], resources: [pods], verbs: [get]}`)}},
		{"trivy:KSV-0044", []string{clusterRole(`{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}`)}, []string{clusterRole(`{apiGroups: [""], resources: ["*"], verbs: [get]}`)}},
		{"trivy:KSV-0045", []string{clusterRole(`{apiGroups: [""], resources: [pods], verbs: ["*"]}`)}, []string{clusterRole(`{apiGroups: [""], resources: ["*"], verbs: [get]}`)}},
		{"trivy:KSV-0053", []string{clusterRole(`{apiGroups: [""], resources: [pods/exec], verbs: [create]}`)}, []string{clusterRole(`{apiGroups: [""], resources: [pods/attach], verbs: [create]}`)}},
		{"trivy:KSV-0043", []string{clusterRole(`{apiGroups: ["*"], resources: [groups], verbs: [impersonate]}`)}, []string{clusterRole(`{apiGroups: [""], resources: [users], verbs: [impersonate]}`)}},
		{"checkov:CKV_K8S_158", []string{clusterRole(`{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}`)}, []string{clusterRole(`{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}`)}},
		{"kube-linter:cluster-admin-role-binding", []string{binding("ClusterRoleBinding", "cluster-admin")}, []string{binding("ClusterRoleBinding", "view"), binding("RoleBinding", "cluster-admin")}},
		{"kube-linter:non-isolated-pod", []string{deployment("", "")}, []string{deployment("", "") + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: d, namespace: shop}\nspec: {podSelector: {}}\n"}},
		{"kube-linter:exposed-services", []string{service("type: NodePort"), service("type: LoadBalancer")}, []string{service("type: ClusterIP"), service("clusterIP: None")}},
		{"kube-score:service-type", []string{service("type: NodePort")}, []string{service("type: LoadBalancer")}},
		{"kube-linter:dangling-service", []string{service("selector: {app: other}") + "---\n" + deployment("", "")}, []string{service("selector: {app: web}") + "---\n" + deployment("", "")}},
		{"kube-linter:mismatching-selector", []string{strings.Replace(deployment("", ""), "labels: {app: web}", "labels: {app: x}", 1), strings.Replace(deployment("", ""), "  selector: {matchLabels: {app: web}}\n", "", 1)}, []string{deployment("", "")}},
		{"kube-linter:dangling-networkpolicy", []string{networkPolicy("podSelector: {matchLabels: {app: x}}") + "---\n" + deployment("", "")},
			[]string{networkPolicy("podSelector: {matchLabels: {app: web}}") + "---\n" + deployment("", ""), networkPolicy("podSelector: {}") + "---\n" + deployment("", "")}},
		{"kube-linter:dangling-networkpolicypeer-podselector", []string{networkPolicy("podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: x}}}]}]") + "---\n" + deployment("", "")},
			[]string{networkPolicy("podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]") + "---\n" + deployment("", "")}},
		{"trivy:KSV-0038", []string{networkPolicy("ingress: [{}]")}, []string{networkPolicy("podSelector: {}, ingress: [{}]"), networkPolicy("ingress: [{from: [{namespaceSelector: {}}]}]")}},
		{"kubeaudit:netpols", []string{namespace("") + "---\n" + networkPolicy("podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]"), namespace("")}, []string{networkPolicy("podSelector: {}, ingress: [{}]"), namespace("") + "---\n" + networkPolicy("podSelector: {}, policyTypes: [Ingress, Egress]")}},
		{"trivy:KSV-0108", []string{service("externalIPs: [192.0.2.1]")}, []string{service("type: LoadBalancer")}},
		{"checkov:CKV_K8S_153", []string{ingress("nginx.ingress.kubernetes.io/server-snippet: x"), ingress("nginx.ingress.kubernetes.io/auth-snippet: 'content_by_lua_block {}'")}, []string{ingress("nginx.ingress.kubernetes.io/rewrite-target: /")}},
		{"checkov:CKV_K8S_152", []string{ingress("nginx.ingress.kubernetes.io/server-snippet: 'lua_package_path x;'")}, []string{ingress("nginx.ingress.kubernetes.io/server-snippet: 'alias /x;'")}},
		{"checkov:CKV_K8S_154", []string{ingress("nginx.ingress.kubernetes.io/server-snippet: 'alias /x;'")}, []string{ingress("nginx.ingress.kubernetes.io/server-snippet: 'lua_package_path x;'")}},
		{"polaris:tlsSettingsMissing", []string{ingress("a: b")}, nil},
		{"trivy:KSV-0102", []string{strings.ReplaceAll(deployment("", ""), "example.com/web:1", "gcr.io/kubernetes-helm/tiller:v2")}, []string{deployment("", "")}},
		{"checkov:CKV_K8S_45", []string{strings.ReplaceAll(deployment("", ""), "example.com/web:1", "gcr.io/kubernetes-helm/tiller:v2")},
			[]string{strings.ReplaceAll(deployment("", "args: [--listen=localhost:44134]"), "example.com/web:1", "gcr.io/kubernetes-helm/tiller:v2")}},
		{"checkov:CKV_K8S_33", []string{strings.ReplaceAll(deployment("", ""), "example.com/web:1", "kubernetesui/dashboard:v2.7.0")}, []string{deployment("", "")}},
		{"kube-score:container-image-pull-policy", []string{deployment("", ""), deployment("", "imagePullPolicy: IfNotPresent")}, []string{deployment("", "imagePullPolicy: Always"), strings.ReplaceAll(deployment("", ""), "web:1", "web")}},
		{"kubescape:C-0075", []string{strings.ReplaceAll(deployment("", "imagePullPolicy: Never"), "web:1", "web:latest")}, []string{deployment("", "imagePullPolicy: Never")}},
		{"kube-linter:env-value-from", []string{deployment("", "env: [{name: X, valueFrom: {secretKeyRef: {name: a, key: b}}}]"), deployment("", "env: [{name: X, valueFrom: {configMapKeyRef: {name: a, key: b}}}]"),
			deployment("", "env: [{name: X, valueFrom: {configMapKeyRef: {name: a, key: b}}}]") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {c: d}\n"},
			[]string{deployment("", "env: [{name: X, valueFrom: {secretKeyRef: {name: a, key: b, optional: true}}}]"), deployment("", "envFrom: [{secretRef: {name: a}}]"),
				deployment("", "env: [{name: X, valueFrom: {configMapKeyRef: {name: a, key: b}}}]") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {b: d}\n"}},
		{"kube-score:container-security-context-user-group-id", []string{deployment("", ""), sc("runAsUser: 20000"), sc("runAsUser: 9999, runAsGroup: 20000")}, []string{sc("runAsUser: 10000, runAsGroup: 10000")}},
		{"trivy:KSV-0020", []string{deployment("", ""), sc("runAsUser: 1000, runAsGroup: 20000"), sc("runAsUser: 10000")}, []string{sc("runAsUser: 10001")}},
		{"trivy:KSV-0021", []string{deployment("", ""), sc("runAsUser: 20000, runAsGroup: 1000")}, []string{sc("runAsGroup: 10001")}},
		{"checkov:CKV_K8S_40", []string{deployment("", ""), sc("runAsUser: 1000")}, []string{sc("runAsUser: 10000")}},
		{"trivy:KSV-0116", []string{deployment("securityContext: {runAsGroup: 0}", ""), deployment("securityContext: {fsGroup: 0}", "")}, []string{deployment("", ""), sc("runAsGroup: 0")}},
		{"kube-linter:privileged-ports", []string{deployment("", "ports: [{containerPort: 80}]")}, []string{deployment("", "ports: [{containerPort: 1024}]")}},
		{"kube-linter:ssh-port", []string{deployment("", "ports: [{containerPort: 22}]"), deployment("", "ports: [{containerPort: 22, protocol: TCP}]")}, []string{deployment("", "ports: [{containerPort: 22, protocol: UDP}]")}},
		{"kube-linter:writable-host-mount", []string{hostPath("/data")}, []string{strings.ReplaceAll(hostPath("/data"), "mountPath: /v", "mountPath: /v, readOnly: true")}},
		{"checkov:CKV_K8S_30", []string{deployment("", ""), deployment("securityContext: {runAsUser: 1}", "")}, []string{sc("privileged: false")}},
		{"checkov:CKV_K8S_29", []string{deployment("", ""), sc("privileged: false")}, []string{deployment("securityContext: {runAsUser: 1}", "")}},
		{"trivy:KSV-0007", []string{deployment("hostAliases: [{ip: 192.0.2.1, hostnames: [a]}]", "")}, []string{deployment("", "")}},
		{"kubescape:C-0062", []string{deployment("", "command: [sudo, /x]")}, []string{deployment("", "command: [/x]")}},
		{"kube-linter:restart-policy", []string{deployment("", ""), deployment("restartPolicy: Never", "")}, []string{deployment("restartPolicy: Always", ""), deployment("restartPolicy: OnFailure", "")}},
		{"kube-linter:dnsconfig-options", []string{deployment("", ""), deployment("dnsConfig: {options: [{name: ndots, value: '3'}]}", "")}, []string{deployment("dnsConfig: {options: [{name: ndots, value: '2'}]}", "")}},
		{"kube-linter:default-service-account", []string{deployment("", ""), deployment("serviceAccountName: default", "")}, []string{deployment("serviceAccountName: web", ""), deployment("automountServiceAccountToken: false", "")}},
		{"checkov:CKV_K8S_42", []string{strings.ReplaceAll(binding("RoleBinding", "view"), "name: a,", "name: default,")}, []string{binding("RoleBinding", "view")}},
		{"kube-linter:non-existent-service-account", []string{deployment("serviceAccountName: web", "")}, []string{deployment("", ""), deployment("serviceAccountName: web", "") + "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n"}},
		{"kube-linter:deprecated-service-account-field", []string{deployment("serviceAccount: web", "")}, []string{deployment("serviceAccountName: web", "")}},
		{"kubescape:C-0192", []string{namespace("")}, []string{namespace("pod-security.kubernetes.io/enforce: baseline")}},
		{"kube-linter:no-extensions-v1beta", []string{strings.Replace(deployment("", ""), "apps/v1", "extensions/v1beta1", 1)}, []string{strings.Replace(deployment("", ""), "apps/v1", "apps/v1beta1", 1)}},
	} {
		for _, text := range c.find {
			require.True(t, slices.Contains(sameAs(t, text), c.alias), "%s finds:\n%s", c.alias, text)
		}
		for _, text := range c.ignore {
			require.False(t, slices.Contains(sameAs(t, text), c.alias), "%s is silent on:\n%s", c.alias, text)
		}
	}
}

func binding(kind, role string) string {
	return "apiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: b, namespace: shop}\n" +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: " + role + "}\nsubjects: [{kind: ServiceAccount, name: a, namespace: shop}]\n"
}

func service(fields string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {" + fields + ", ports: [{port: 80}]}\n"
}

func networkPolicy(spec string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n, namespace: shop}\nspec: {" + spec + "}\n"
}

func namespace(labels string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {" + labels + "}}\n"
}

func ingress(annotations string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\n  namespace: shop\n  annotations: {" + annotations + "}\nspec: {rules: [{host: a.example.com}]}\n"
}
