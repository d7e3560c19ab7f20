// Judges policies as the API server does, with its own code: whether it takes them, and what it says of objects.
//
//	admission MANIFESTS VERSION [BUDGET] < objects
//
// MANIFESTS is a stream of YAML documents, VERSION the Kubernetes version whose functions there are, BUDGET the cost
// that a policy may have (the API server's own, if it is left out). Each line of the input is
// {"policies": [names], "object": {...}, "old": {...} or nothing, "namespace": {...} or nothing}. The first line of the
// output is {"refused": {"kind/name": [errors]}, "warnings": {...}}, then there is one for each line of the input:
// {"name of a policy": [action, evaluation, message, reason] or null where the policy does not match}.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	v1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	defaults "k8s.io/kubernetes/pkg/apis/admissionregistration/v1"
	"k8s.io/kubernetes/pkg/apis/admissionregistration/validation"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
	"k8s.io/kubernetes/pkg/generated/openapi"
	"sigs.k8s.io/yaml"
)

type policy struct {
	spec      *v1.ValidatingAdmissionPolicy
	params    *unstructured.Unstructured
	validator validating.Validator
}

type oracle struct {
	mapper   meta.RESTMapper
	version  *version.Version
	budget   int64
	policies map[string]*policy
	refused  map[string][]string
	warnings map[string][]string
}

type question struct {
	Policies  []string          `json:"policies"`
	Object    map[string]any    `json:"object"`
	Old       map[string]any    `json:"old"`
	Namespace *corev1.Namespace `json:"namespace"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	target, err := version.ParseGeneric(os.Args[2])
	check(err)
	budget := int64(celconfig.RuntimeCELCostBudget)
	if len(os.Args) > 3 {
		budget, err = strconv.ParseInt(os.Args[3], 10, 64)
		check(err)
	}
	o := &oracle{testrestmapper.TestOnlyStaticRESTMapper(scheme.Scheme), target, budget,
		map[string]*policy{}, map[string][]string{}, map[string][]string{}}
	manifests, err := os.ReadFile(os.Args[1])
	check(err)
	check(o.load(manifests))
	out := json.NewEncoder(os.Stdout)
	check(out.Encode(map[string]any{"refused": o.refused, "warnings": o.warnings}))
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			check(out.Encode(o.answer(line)))
		}
		if errors.Is(err, io.EOF) {
			return
		}
		check(err)
	}
}

// load reads the documents strictly: an unknown or doubled key is an error.
func (o *oracle) load(manifests []byte) error {
	params := map[string]*unstructured.Unstructured{}
	bindings := []*v1.ValidatingAdmissionPolicyBinding{}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(manifests)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var kind metav1.TypeMeta
		if err := yaml.Unmarshal(document, &kind); err != nil {
			return err
		}
		switch kind.Kind {
		case "ValidatingAdmissionPolicy":
			var spec v1.ValidatingAdmissionPolicy
			if err := yaml.UnmarshalStrict(document, &spec); err != nil {
				return err
			}
			o.add(&spec)
		case "ValidatingAdmissionPolicyBinding":
			var binding v1.ValidatingAdmissionPolicyBinding
			if err := yaml.UnmarshalStrict(document, &binding); err != nil {
				return err
			}
			bindings = append(bindings, &binding)
			o.bind(&binding)
		case "ConfigMap":
			var config corev1.ConfigMap
			if err := yaml.UnmarshalStrict(document, &config); err != nil {
				return err
			}
			content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&config)
			if err != nil {
				return err
			}
			params[config.Namespace+"/"+config.Name] = &unstructured.Unstructured{Object: content}
		default:
			return fmt.Errorf("unexpected kind %q", kind.Kind)
		}
	}
	for _, binding := range bindings {
		if ref := binding.Spec.ParamRef; ref != nil {
			if bound := o.policies[binding.Spec.PolicyName]; bound != nil {
				bound.params = params[ref.Namespace+"/"+ref.Name]
			}
		}
	}
	return nil
}

func (o *oracle) refuse(name string, errs field.ErrorList) {
	for _, err := range errs {
		o.refused[name] = append(o.refused[name], err.Error())
	}
}

func (o *oracle) bind(binding *v1.ValidatingAdmissionPolicyBinding) {
	defaults.SetObjectDefaults_ValidatingAdmissionPolicyBinding(binding)
	var internal admissionregistration.ValidatingAdmissionPolicyBinding
	check(defaults.Convert_v1_ValidatingAdmissionPolicyBinding_To_admissionregistration_ValidatingAdmissionPolicyBinding(
		binding, &internal, nil))
	o.refuse("binding/"+binding.Name, validation.ValidateValidatingAdmissionPolicyBinding(&internal))
}

func (o *oracle) add(spec *v1.ValidatingAdmissionPolicy) {
	defaults.SetObjectDefaults_ValidatingAdmissionPolicy(spec)
	var internal admissionregistration.ValidatingAdmissionPolicy
	check(defaults.Convert_v1_ValidatingAdmissionPolicy_To_admissionregistration_ValidatingAdmissionPolicy(
		spec.DeepCopy(), &internal, nil))
	name := "policy/" + spec.Name
	o.refuse(name, validation.ValidateValidatingAdmissionPolicy(&internal))
	checker := &validating.TypeChecker{
		SchemaResolver: resolver.NewDefinitionsSchemaResolver(openapi.GetOpenAPIDefinitions, scheme.Scheme),
		RestMapper:     o.mapper,
	}
	for _, warning := range checker.Check(spec) {
		o.warnings[name] = append(o.warnings[name], warning.FieldRef+": "+warning.Warning)
	}
	o.policies[spec.Name] = &policy{spec: spec, validator: o.compile(spec)}
}

type conditions []cel.ExpressionAccessor

// compile is compilePolicy of k8s.io/apiserver/pkg/admission/plugin/policy/validating, which is not exported, with the
// functions of the version that is asked for.
func (o *oracle) compile(spec *v1.ValidatingAdmissionPolicy) validating.Validator {
	name := "policy/" + spec.Name
	options := cel.OptionalVariableDeclarations{HasParams: spec.Spec.ParamKind != nil, HasAuthorizer: true}
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(o.version))
	check(err)
	mode := environment.NewExpressions
	for _, each := range spec.Spec.Variables {
		variable := &validating.Variable{Name: each.Name, Expression: each.Expression}
		if result := compiler.CompileAndStoreVariable(variable, options, mode); result.Error != nil {
			o.refused[name] = append(o.refused[name], each.Name+": "+result.Error.Error())
		}
	}
	var matched, validations, messages conditions
	for i := range spec.Spec.MatchConditions {
		matched = append(matched, (*matchconditions.MatchCondition)(&spec.Spec.MatchConditions[i]))
	}
	for _, each := range spec.Spec.Validations {
		validations = append(validations, &validating.ValidationCondition{
			Expression: each.Expression, Message: each.Message, Reason: each.Reason})
		messages = append(messages, nil)
	}
	compiled := func(accessors conditions) cel.ConditionEvaluator {
		evaluator := compiler.CompileCondition(accessors, options, mode)
		for _, err := range evaluator.CompilationErrors() {
			o.refused[name] = append(o.refused[name], err.Error())
		}
		return evaluator
	}
	var matcher matchconditions.Matcher
	if len(matched) > 0 {
		matcher = matchconditions.NewMatcher(compiled(matched), spec.Spec.FailurePolicy, "policy", "validate", spec.Name)
	}
	return validating.NewValidator(compiled(validations), matcher, compiled(nil), compiled(messages),
		spec.Spec.FailurePolicy, nil)
}

// served is the object as policies see it: kinds of Kubernetes itself are of their Go types, with their defaults.
func served(object *unstructured.Unstructured) runtime.Object {
	typed, err := legacyscheme.Scheme.New(object.GroupVersionKind())
	if err != nil {
		return object
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
		return object // the API server refuses it before any policy sees it
	}
	legacyscheme.Scheme.Default(typed)
	return typed
}

func (o *oracle) answer(line []byte) map[string]any {
	var asked question
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	check(decoder.Decode(&asked))
	var object unstructured.Unstructured
	data, err := json.Marshal(asked.Object)
	check(err)
	check(object.UnmarshalJSON(data)) // whole numbers as the API server has them
	value := served(&object)
	var old runtime.Object
	operation := admission.Create
	if asked.Old != nil {
		var before unstructured.Unstructured
		data, err := json.Marshal(asked.Old)
		check(err)
		check(before.UnmarshalJSON(data))
		old, operation = served(&before), admission.Update
	}
	gvk := object.GroupVersionKind()
	gvr, _ := meta.UnsafeGuessKindToResource(gvk)
	if mapping, err := o.mapper.RESTMapping(gvk.GroupKind(), gvk.Version); err == nil {
		gvr = mapping.Resource
	}
	attributes := admission.NewAttributesRecord(value, old, gvk, object.GetNamespace(), object.GetName(), gvr, "",
		operation, nil, false, nil)
	versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedObject: value,
		VersionedOldObject: old, VersionedKind: gvk}
	answers := map[string]any{}
	for _, name := range asked.Policies {
		answers[name] = nil
		known := o.policies[name]
		matches := false
		for _, rule := range known.spec.Spec.MatchConstraints.ResourceRules {
			matcher := rules.Matcher{Rule: rule.RuleWithOperations, Attr: attributes}
			matches = matches || matcher.Matches()
		}
		if !matches {
			continue
		}
		var params runtime.Object
		if known.params != nil {
			params = known.params
		}
		result := known.validator.Validate(context.Background(), gvr, versioned, params, asked.Namespace, o.budget, nil)
		for _, decision := range result.Decisions {
			answers[name] = []string{string(decision.Action), string(decision.Evaluation), decision.Message,
				string(decision.Reason)}
			if decision.Action == validating.ActionDeny {
				break
			}
		}
	}
	return answers
}
