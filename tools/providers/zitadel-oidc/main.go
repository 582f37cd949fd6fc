// The example provider of zitadel/oidc with clients of its caller, short-lived access tokens, and keys that rotate:
// zitadel-oidc CONFIGURATION_FILE
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

type registration struct {
	ClientID               string   `json:"clientId"`
	ClientSecret           string   `json:"clientSecret"`
	RedirectURIs           []string `json:"redirectUris"`
	PostLogoutRedirectURIs []string `json:"postLogoutRedirectUris"`
}

type configuration struct {
	Listen                     string         `json:"listen"`
	ControlListen              string         `json:"controlListen"`
	Issuer                     string         `json:"issuer"`
	AccessTokenLifetimeSeconds int            `json:"accessTokenLifetimeSeconds"`
	UsersFile                  string         `json:"usersFile"`
	Clients                    []registration `json:"clients"`
}

// What the example leaves to others: URIs for after a sign-out, and access tokens as JWT.
type client struct {
	op.Client
	postLogoutRedirectURIs []string
}

func (c client) PostLogoutRedirectURIs() []string { return c.postLogoutRedirectURIs }

func (c client) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

type key struct {
	id      string
	private *rsa.PrivateKey
}

func newKey() key {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key{uuid.NewString(), private}
}

func (k key) ID() string { return k.id }

func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

func (k key) Key() any { return k.private }

type publicKey struct{ key }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }

func (k publicKey) Use() string { return "sig" }

func (k publicKey) Key() any { return &k.private.PublicKey }

// The store of the example; what it holds fixed can be changed here.
type store struct {
	*storage.Storage
	configuration configuration
	lock          sync.Mutex
	keys          []key
	live          map[string]bool
}

func (s *store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, each := range s.configuration.Clients {
		if each.ClientID == id {
			return client{found, each.PostLogoutRedirectURIs}, nil
		}
	}
	return nil, errors.New("client not found")
}

func (s *store) expiry() time.Time {
	return time.Now().Add(time.Duration(s.configuration.AccessTokenLifetimeSeconds) * time.Second)
}

func (s *store) CreateAccessToken(ctx context.Context, request op.TokenRequest) (string, time.Time, error) {
	id, _, err := s.Storage.CreateAccessToken(ctx, request)
	return id, s.expiry(), err
}

func (s *store) CreateAccessAndRefreshTokens(ctx context.Context, request op.TokenRequest, current string) (string, string, time.Time, error) {
	id, refreshToken, _, err := s.Storage.CreateAccessAndRefreshTokens(ctx, request, current)
	s.lock.Lock()
	defer s.lock.Unlock()
	s.live[refreshToken] = true
	return id, refreshToken, s.expiry(), err
}

func (s *store) TokenRequestByRefreshToken(ctx context.Context, token string) (op.RefreshTokenRequest, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if !s.live[token] {
		return nil, op.ErrInvalidRefreshToken
	}
	return s.Storage.TokenRequestByRefreshToken(ctx, token)
}

func (s *store) SigningKey(context.Context) (op.SigningKey, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.keys[len(s.keys)-1], nil
}

func (s *store) KeySet(context.Context) ([]op.Key, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	set := make([]op.Key, 0, len(s.keys))
	for _, each := range s.keys {
		set = append(set, publicKey{each})
	}
	return set, nil
}

func (s *store) rotateKeys() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.keys = append(s.keys, newKey())
}

func (s *store) killRefreshTokens() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.live = map[string]bool{}
}

func controls(actions map[string]func()) http.Handler {
	mux := http.NewServeMux()
	for name, action := range actions {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, _ *http.Request) {
			action()
			w.WriteHeader(http.StatusNoContent)
		})
	}
	return mux
}

func readConfiguration(file string) (read configuration, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(content, &read)
}

func run(file string) error {
	read, err := readConfiguration(file)
	if err != nil {
		return err
	}
	users, err := storage.StoreFromFile(read.UsersFile)
	if err != nil {
		return err
	}
	for _, each := range read.Clients {
		storage.RegisterClients(storage.WebClient(each.ClientID, each.ClientSecret, each.RedirectURIs...))
	}
	kept := &store{
		Storage:       storage.NewStorage(users),
		configuration: read,
		keys:          []key{newKey()},
		live:          map[string]bool{},
	}
	provider := exampleop.SetupServer(read.Issuer, kept, slog.New(slog.NewTextHandler(os.Stderr, nil)), false)
	go func() {
		slog.Error("the control port ended", "error", http.ListenAndServe(read.ControlListen, controls(map[string]func(){
			"rotate-keys":         kept.rotateKeys,
			"kill-refresh-tokens": kept.killRefreshTokens,
		})))
	}()
	return http.ListenAndServe(read.Listen, provider)
}

func main() {
	if err := run(os.Args[1]); err != nil {
		slog.Error("the provider ended", "error", err)
		os.Exit(1)
	}
}
