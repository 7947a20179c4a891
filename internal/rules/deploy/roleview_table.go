package deploy

import "sync"

// readings are the checks of other tools that look at the entries of a role.
// The lists are theirs.
var readings = sync.OnceValue(func() []roleReading {
	const (
		change   = "create update patch delete deletecollection impersonate *"
		all      = "create update delete deletecollection impersonate * list get"
		secrets  = "get list watch " + change
		rbac     = "rbac.authorization.k8s.io"
		hooks    = "mutatingwebhookconfigurations validatingwebhookconfigurations"
		anyBound = "core *"
	)
	trivy := func(name, kind, groups, resources, verbs string) roleReading {
		return roleReading{alias: "trivy:" + name, kind: kind, groups: listed(groups), resources: words(resources), verbs: words(verbs)}
	}
	// Kubescape looks at roles together with whom they are bound to.
	kubescape := func(name, groups, resources, verbs string) roleReading {
		return roleReading{alias: "kubescape:" + name, groups: words(groups), resources: words(resources + " *"), verbs: words(verbs + " *"), grantee: anybody}
	}
	checkov := func(name, kind, groups, resources, verbs string) roleReading {
		return roleReading{alias: "checkov:" + name, kind: kind, groups: listed(groups), resources: words(resources + " *"), verbs: words(verbs + " *")}
	}
	graph := func(name, resources, verbs string) roleReading {
		r := checkov(name, "", "", resources, verbs)
		r.grantee = account
		return r
	}
	both := func(r, other roleReading, later bool) roleReading {
		r.and, r.later = &other, later
		return r
	}
	bind := trivy("", "", "", "clusterroles roles", "bind")
	bind.named = "*"
	cloudUsers := trivy("KSV-0115", "", "", "configmaps", change)
	cloudUsers.named = "aws-auth"
	extend := trivy("KSV-0055", "", "*", "rolebindings", "get")
	extend.also = "patch"
	admin := kubescape("C-0185", anyBound, "", "")
	admin.name = "cluster-admin"
	dns, anyMap := kubescape("C-0037", anyBound, "configmaps", "update patch"), kubescape("C-0037", anyBound, "configmaps", "update patch")
	dns.named, anyMap.unnamed = "coredns", true
	return []roleReading{
		trivy("KSV-0041", "ClusterRole", "", "secrets", secrets),
		trivy("KSV-0113", "Role", "", "secrets", secrets),
		trivy("KSV-0042", "", "", "pods/log", "delete deletecollection *"),
		trivy("KSV-0043", "", "*", "groups", "impersonate"),
		trivy("KSV-0044", "", "*", "*", "*"),
		trivy("KSV-0045", "", "", "secrets pods deployments daemonsets statefulsets replicationcontrollers replicasets cronjobs jobs "+
			"roles clusterroles rolebindings clusterrolebindings users groups", "*"),
		trivy("KSV-0046", "ClusterRole", "", "*", all),
		trivy("KSV-0112", "Role", "", "*", all),
		trivy("KSV-0047", "", "", "nodes/proxy", "get create"),
		trivy("KSV-0048", "", "", "pods deployments jobs cronjobs statefulsets daemonsets replicasets replicationcontrollers", change),
		trivy("KSV-0049", "", "", "configmaps", change),
		cloudUsers,
		extend,
		trivy("KSV-0050", "", "", "roles rolebindings", "create update delete deletecollection impersonate *"),
		both(trivy("KSV-0051", "", rbac, "rolebindings", "create"), bind, true),
		both(trivy("KSV-0052", "", rbac, "clusterrolebindings", "create"), bind, true),
		trivy("KSV-0053", "", "", "pods/exec", change),
		both(trivy("KSV-0054", "", "*", "pods/attach", "create"), trivy("", "", "*", "pods", "get"), true),
		trivy("KSV-0056", "", "", "services endpoints endpointslices networkpolicies ingresses", change),
		trivy("KSV-0114", "", "", hooks, change),

		kubescape("C-0002", anyBound, "pods/exec pods/*", "create"),
		kubescape("C-0007", anyBound+" apps batch", "secrets pods services deployments replicasets daemonsets statefulsets jobs cronjobs", "delete deletecollection"),
		kubescape("C-0015", anyBound, "secrets", "get list watch"),
		kubescape("C-0186", anyBound, "secrets", "get list watch"),
		kubescape("C-0031", anyBound, "events", "delete deletecollection"),
		kubescape("C-0035", anyBound, "", ""),
		kubescape("C-0187", anyBound, "", ""),
		admin,
		dns,
		anyMap,
		kubescape("C-0063", anyBound, "pods/portforward pods/*", "create"),
		kubescape("C-0065", anyBound, "users serviceaccounts groups uids", "impersonate"),
		kubescape("C-0188", anyBound, "pods", "create"),
		kubescape("C-0191", anyBound, "users serviceaccounts groups uids", "impersonate"),
		kubescape("C-0191", rbac+" *", "clusterroles roles", "bind escalate"),

		{alias: "checkov:CKV_K8S_49", wildcard: true},
		checkov("CKV_K8S_155", "ClusterRole", "admissionregistration.k8s.io *", hooks, "create update patch"),
		both(checkov("CKV_K8S_156", "ClusterRole", "certificates.k8s.io *", "certificatesigningrequests/approval */approval", "update patch"),
			checkov("", "", "certificates.k8s.io *", "signers", "approve"), false),
		both(checkov("CKV_K8S_157", "", rbac+" *", "rolebindings clusterrolebindings", "create"), checkov("", "", rbac+" *", "roles clusterroles", "bind"), false),
		checkov("CKV_K8S_158", "", rbac+" *", "roles clusterroles", "escalate"),
		graph("CKV2_K8S_1", "clusterrolebindings rolebindings", "bind"),
		graph("CKV2_K8S_2", "pods/exec nodes/proxy", "create"),
		graph("CKV2_K8S_3", "groups users serviceaccounts", "impersonate"),
		graph("CKV2_K8S_4", "services/status", "update patch"),
		graph("CKV2_K8S_5", "secrets", "get watch list"),
	}
})

// listed is words, nil for none.
func listed(list string) []string {
	if list == "" {
		return nil
	}
	return words(list)
}
