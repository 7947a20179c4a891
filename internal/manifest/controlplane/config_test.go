package controlplane_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func of(t testing.TB, files map[string]string) []*controlplane.Config {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := manifest.Load(t.Context(), source.OpenFS(fsys), manifest.Options{})
	require.NoError(t, err)
	var out []*controlplane.Config
	for _, r := range set.Renders {
		out = append(out, controlplane.Of(r))
	}
	return out
}

// asked are the settings whose values and places the tests look at.
var asked = []string{"anonymous-auth", "authorization-mode", "cert-file", "feature-gates", "metrics-bind-address", "profiling", "tls-cipher-suites"}

// summary lists components with the settings that they have, then documents.
func summary(t testing.TB, text string) string {
	t.Helper()
	carriers := [...]string{"command", "kubeadm", "file", "fragment"}
	var lines []string
	for _, cfg := range of(t, map[string]string{"a.yaml": text}) {
		for _, c := range cfg.Components {
			line := c.Program + " " + carriers[c.Carrier]
			for _, name := range asked {
				if s := c.Get(name); s.Set {
					line += fmt.Sprintf(" %s=%s@%d:%d", name, s.Value, s.At.Start.Line, s.At.Start.Column)
				}
			}
			lines = append(lines, line)
		}
		for _, d := range cfg.Documents {
			lines = append(lines, "document "+d.Kind)
		}
	}
	return strings.Join(lines, "\n")
}

const podHead = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n"

func TestCarriers(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"a command, without an image or a name": {
			podHead + "    command: [kube-apiserver, --anonymous-auth=false, \"--profiling\", --authorization-mode, 'Node,RBAC']\n",
			"kube-apiserver command anonymous-auth=false@6:31 authorization-mode=Node,RBAC@6:70 profiling=true@6:56",
		},
		"flags in args, underscores, one dash": {
			podHead + "    command: [/usr/local/bin/etcd]\n    args:\n    - -cert_file=/a\n    - --profiling=false\n    - --profiling=true\n",
			"etcd command cert-file=/a@8:7 profiling=true@10:7",
		},
		"the program in args": {
			podHead + "    args: [kube-scheduler, --profiling=false]\n",
			"kube-scheduler command profiling=false@6:28",
		},
		"a script": {
			podHead + "    command:\n    - sh\n    - -ec\n    - |\n      # kubelet --profiling=x\n      ulimit -n 9 && exec kube-apiserver --profiling=false \\\n        --authorization-mode='Node,RBAC' >/dev/null --anonymous-auth=true\n",
			"kube-apiserver command authorization-mode=Node,RBAC@12:9 profiling=false@11:42",
		},
		"a wrapper": {
			podHead + "    command: [/go-runner, --log-file=/x, kube-apiserver, --profiling=false]\n",
			"kube-apiserver command profiling=false@6:58",
		},
		"variables of etcd, a flag wins": {
			podHead + "    command: [etcd, --cert-file=/b]\n    env: [{name: ETCD_CERT_FILE, value: /a}, {name: ETCD_FEATURE_GATES, value: x=true}]\n",
			"etcd command cert-file=/b@6:21 feature-gates=x=true@7:80",
		},
		"a kubelet with a configuration file": {
			podHead + "    command: [kubelet, --config=/a, --anonymous-auth=true]\n",
			"kubelet fragment anonymous-auth=true@6:37",
		},
		"what only has the name": {
			podHead + "    command: [helm, install, etcd]\n    args: [--name, kubelet, --profiling=true]\n",
			"",
		},
		"kubeadm with a map": {
			"apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    anonymous-auth: \"true\"\netcd: {local: {extraArgs: {cert-file: /a}}}\n",
			"kube-apiserver kubeadm anonymous-auth=true@5:21\nkube-controller-manager kubeadm\nkube-scheduler kubeadm\netcd kubeadm cert-file=/a@6:39",
		},
		"kubeadm with lists, several documents": {
			"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nscheduler:\n  extraArgs: [{name: profiling, value: \"false\"}]\netcd: {external: {endpoints: [a]}}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration:\n  kubeletExtraArgs: [{name: anonymous-auth, value: \"true\"}]\n---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {anonymous: {enabled: true}}\ntlsCipherSuites: [a, b]\nfeatureGates: {x: true}\n",
			"kube-apiserver kubeadm\nkube-controller-manager kubeadm\nkube-scheduler kubeadm profiling=false@4:40\nkubelet fragment anonymous-auth=true@10:52\nkubelet kubeadm anonymous-auth=true@14:39 feature-gates=x=true@16:1 tls-cipher-suites=a,b@15:1",
		},
		"kind": {
			"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n  kubeadmConfigPatches:\n  - |\n    kind: ClusterConfiguration\n    apiServer:\n      extraArgs:\n        anonymous-auth: \"true\"\n  - \"kind: KubeletConfiguration\\nauthentication: {anonymous: {enabled: true}}\"\n",
			"kube-apiserver fragment anonymous-auth=true@10:25\nkube-controller-manager fragment\nkube-scheduler fragment\netcd fragment\nkubelet fragment anonymous-auth=true@11:5",
		},
		"Cluster API": {
			"apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nmetadata: {name: a}\nspec:\n  kubeadmConfigSpec:\n    clusterConfiguration: {apiServer: {extraArgs: {profiling: \"false\"}}}\n    joinConfiguration: {nodeRegistration: {kubeletExtraArgs: {anonymous-auth: \"true\"}}}\n    files:\n    - path: /etc/audit.yaml\n      content: |\n        apiVersion: audit.k8s.io/v1\n        kind: Policy\n        rules: []\n",
			"kube-apiserver kubeadm profiling=false@6:63\nkube-controller-manager kubeadm\nkube-scheduler kubeadm\netcd kubeadm\nkubelet fragment anonymous-auth=true@7:79\ndocument Policy",
		},
		"a class of clusters": {
			"apiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfigTemplate\nmetadata: {name: a}\nspec: {template: {spec: {joinConfiguration: {nodeRegistration: {kubeletExtraArgs: {anonymous-auth: \"true\"}}}}}}\n",
			"kubelet fragment anonymous-auth=true@4:100",
		},
		"a ConfigMap, and one that holds other texts": {
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy}\ndata:\n  kubeconfig.conf: |\n    kind: Config\n  config.conf: |-\n    apiVersion: kubeproxy.config.k8s.io/v1alpha1\n    kind: KubeProxyConfiguration\n    metricsBindAddress: 0.0.0.0\n  broken: \"kind: x\\n.k8s.io/ {\"\n",
			"kube-proxy file metrics-bind-address=0.0.0.0@10:25",
		},
		"documents": {
			"kind: EncryptionConfig\napiVersion: v1\n---\napiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n---\napiVersion: audit.k8s.io/v1\nkind: Policy\n---\napiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nenableProfiling: true\n",
			"kube-scheduler file profiling=true@12:18\ndocument EncryptionConfig\ndocument AdmissionConfiguration\ndocument Policy",
		},
		"a policy of another group": {"apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: a}\n", ""},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, summary(t, tt.text)) })
	}
}

func TestGatesByName(t *testing.T) {
	for text, want := range map[string]string{
		podHead + "    command: [kubelet, '--feature-gates=A=true,B=false']\n":                              "false@6:48",
		"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates: {B: false}\n": "false@3:19",
		"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates: {A: false}\n": "",
		"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n":                           "",
	} {
		s := of(t, map[string]string{"a.yaml": text})[0].Components[0].Gate("B")
		got := ""
		if s.Set {
			got = fmt.Sprintf("%s@%d:%d", s.Value, s.At.Start.Line, s.At.Start.Column)
		}
		require.Equal(t, want, got, text)
	}
}

func TestEditsKeepTheForm(t *testing.T) {
	for text, want := range map[string]string{
		podHead + "    command:\n    - kube-apiserver\n    - \"--anonymous-auth=true\"\n    - --v=2\n":                               podHead + "    command:\n    - kube-apiserver\n    - \"--anonymous-auth=false\"\n    - --v=2\n",
		"apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {anonymous-auth: true}}\n":           "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {anonymous-auth: \"false\"}}\n",
		"apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {anonymous-auth: 'true'}}\n":         "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {anonymous-auth: 'false'}}\n",
		"apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {anonymous-auth: \"t\\u0072ue\"}}\n": "",
	} {
		cfg := of(t, map[string]string{"a.yaml": text})[0]
		edits := cfg.Components[0].Get("anonymous-auth").Change("false")
		if want == "" {
			require.Nil(t, edits, text)
			continue
		}
		got, err := source.Apply(edits[0].Span.File, edits)
		require.NoError(t, err)
		require.Equal(t, want, got.Text)
	}
}

func TestAddedSettingsStandBehindTheLast(t *testing.T) {
	for text, want := range map[string]string{
		podHead + "    command:\n    - kube-apiserver\n    - --v=2\n    image: a\n":                                podHead + "    command:\n    - kube-apiserver\n    - --v=2\n    - --profiling=false\n    image: a\n",
		"apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    v: \"2\"\n": "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n    v: \"2\"\n    profiling: \"false\"\n",
		podHead + "    command: [kube-apiserver, --v=2]\n":                                                         "",
		podHead + "    command:\n    - kube-apiserver\n    - --v=2":                                                "",
		podHead + "    command:\n    - kube-apiserver\n":                                                           "",
	} {
		edits := of(t, map[string]string{"a.yaml": text})[0].Components[0].Add("profiling", "false")
		if want == "" {
			require.Nil(t, edits, text)
			continue
		}
		got, err := source.Apply(edits[0].Span.File, edits)
		require.NoError(t, err)
		require.Equal(t, want, got.Text)
	}
}

// FuzzOf reads command lines, scripts and configurations of any text: nothing
// panics, and every place and edit lies inside its file.
func FuzzOf(f *testing.F) {
	for _, text := range []string{
		podHead + "    command: [sh, -c, \"exec kube-apiserver --a='b c' \\\\\\n--d >x\"]\n",
		podHead + "    command:\n    - etcd\n    - --cert-file\n    - '/a'\n    - -x=\n    env: [{name: ETCD_X, value: }]\n",
		"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nkubeadmConfigPatches:\n- |+\n\n    kind: ClusterConfiguration\n    apiServer: {extraArgs: [{name: a, value: b}]}\n- >\n  kind: JoinConfiguration\n  nodeRegistration: {kubeletExtraArgs: {a: }}\n",
		"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfeatureGates: {A: [x]}\nauthentication: 3\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		for _, cfg := range of(t, map[string]string{"a.yaml": text}) {
			for _, c := range cfg.Components {
				for _, name := range append([]string{"a", "x"}, asked...) {
					s := c.Get(name)
					require.True(t, s.At.Valid() && s.At.End.Offset <= len(s.At.File.Text) && s.At.Start.Offset <= s.At.End.Offset)
					for _, edits := range [][]source.Edit{s.Change("v"), s.Remove(), c.Add("n", "v")} {
						if len(edits) > 0 {
							_, err := source.Apply(edits[0].Span.File, edits)
							require.NoError(t, err)
						}
					}
				}
				c.Gate("A")
			}
		}
	})
}
