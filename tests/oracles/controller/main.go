// Serves the real controller's endpoints on the loopback: address to listen on, rate, burst, then key and certificate
// files in turn, the current pair first. Prints the address that it listens on.
package main

import (
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	ssv1alpha1 "github.com/bitnami/sealed-secrets/pkg/apis/sealedsecrets/v1alpha1"
	"github.com/bitnami/sealed-secrets/pkg/controller"
	flag "github.com/spf13/pflag"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	check(ssv1alpha1.AddToScheme(scheme.Scheme))
	check(flag.Set("listen-addr", "127.0.0.1:-1"))
	ssv1alpha1.AcceptDeprecatedV1Data = true // as the controller's own flag has it
	rate, err := strconv.Atoi(os.Args[1])
	check(err)
	burst, err := strconv.Atoi(os.Args[2])
	check(err)
	var keys []*rsa.PrivateKey
	var certs []*x509.Certificate
	for i := 3; i+1 < len(os.Args); i += 2 {
		key, err := keyutil.PrivateKeyFromFile(os.Args[i])
		check(err)
		loaded, err := cert.CertsFromFile(os.Args[i+1])
		check(err)
		keys = append(keys, key.(*rsa.PrivateKey))
		certs = append(certs, loaded[0])
	}
	handler := controller.OracleHandler(keys, certs, rate, burst)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(listener.Addr())
	check(http.Serve(listener, handler))
}
