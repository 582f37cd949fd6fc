// The least that a gRPC server in Go can do: decode a check request with Envoy's own definitions, and answer "allow".
// no-op HOST:PORT; says `listening` when it does.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
)

type server struct {
	auth.UnimplementedAuthorizationServer
}

func (server) Check(context.Context, *auth.CheckRequest) (*auth.CheckResponse, error) {
	return &auth.CheckResponse{
		Status:       &status.Status{Code: 0},
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{}},
	}, nil
}

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening")
	grpcServer := grpc.NewServer()
	auth.RegisterAuthorizationServer(grpcServer, server{})
	log.Fatal(grpcServer.Serve(listener))
}
