package sallyport;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * Spring Authorization Server as Spring Boot sets it up, with one person. Settings are system properties: issuer,
 * lifetime, control.port, and clients as lines of id, secret, redirect URIs and post-logout URIs, separated by blanks.
 */
@SpringBootApplication
public class AuthorizationServer {
  private final List<RSAKey> keys = new ArrayList<>();
  private final AtomicReference<OAuth2AuthorizationService> authorizations =
      new AtomicReference<>(new InMemoryOAuth2AuthorizationService());

  public static void main(String[] args) {
    SpringApplication.run(AuthorizationServer.class, args);
  }

  private void newKey() throws Exception {
    synchronized (keys) {
      keys.add(0, new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate());
    }
  }

  @Bean
  JWKSource<SecurityContext> jwkSource(Environment environment) throws Exception {
    newKey();
    listenForControl(environment.getRequiredProperty("control.port", Integer.class));
    return (selector, context) -> {
      synchronized (keys) {
        return selector.select(new JWKSet(List.<JWK>copyOf(keys)));
      }
    };
  }

  private void listenForControl(int port) throws Exception {
    HttpServer control = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    Map<String, ThrowingRunnable> actions =
        Map.of(
            "/kill-refresh-tokens", () -> authorizations.set(new InMemoryOAuth2AuthorizationService()),
            "/rotate-keys", this::newKey);
    actions.forEach(
        (path, action) ->
            control.createContext(
                path,
                exchange -> {
                  int status = 204;
                  try {
                    action.run();
                  } catch (Exception failure) {
                    failure.printStackTrace();
                    status = 500;
                  }
                  exchange.sendResponseHeaders(status, -1);
                  exchange.close();
                }));
    control.start();
  }

  interface ThrowingRunnable {
    void run() throws Exception;
  }

  @Bean
  OAuth2AuthorizationService authorizationService() {
    return new OAuth2AuthorizationService() {
      @Override
      public void save(OAuth2Authorization authorization) {
        authorizations.get().save(authorization);
      }

      @Override
      public void remove(OAuth2Authorization authorization) {
        authorizations.get().remove(authorization);
      }

      @Override
      public OAuth2Authorization findById(String id) {
        return authorizations.get().findById(id);
      }

      @Override
      public OAuth2Authorization findByToken(String token, OAuth2TokenType type) {
        return authorizations.get().findByToken(token, type);
      }
    };
  }

  /** The gateway in front ends TLS; redirects have to name its scheme and its port. */
  @Bean
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> behindGateway(Environment environment) {
    URI issuer = URI.create(environment.getRequiredProperty("issuer"));
    return factory ->
        factory.addConnectorCustomizers(
            connector -> {
              connector.setScheme(issuer.getScheme());
              connector.setSecure(true);
              connector.setProxyName(issuer.getHost());
              connector.setProxyPort(issuer.getPort());
            });
  }

  @Bean
  AuthorizationServerSettings authorizationServerSettings(Environment environment) {
    return AuthorizationServerSettings.builder().issuer(environment.getRequiredProperty("issuer")).build();
  }

  /** The newest key signs, of all that are published. */
  @Bean
  OAuth2TokenCustomizer<JwtEncodingContext> tokenCustomizer() {
    return context -> {
      synchronized (keys) {
        context.getJwsHeader().keyId(keys.get(0).getKeyID());
      }
      if (context.getTokenType().getValue().equals("id_token")) {
        context.getClaims().claim("email", context.getPrincipal().getName() + "@example.test");
      } else {
        context.getClaims().audience(List.of("https://api.example.test"));
      }
    };
  }

  @Bean
  RegisteredClientRepository registeredClientRepository(Environment environment) {
    Duration lifetime = Duration.ofSeconds(environment.getRequiredProperty("lifetime", Integer.class));
    List<RegisteredClient> clients = new ArrayList<>();
    for (String line : environment.getRequiredProperty("clients").split("\\|")) {
      String[] parts = line.split(" ");
      RegisteredClient.Builder client =
          RegisteredClient.withId(parts[0])
              .clientId(parts[0])
              .clientSecret("{noop}" + parts[1])
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
              .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
              .authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
              .scope("openid")
              .scope("profile")
              .scope("email")
              .clientSettings(ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(false).build())
              .tokenSettings(
                  TokenSettings.builder().accessTokenTimeToLive(lifetime).reuseRefreshTokens(false).build());
      for (String uri : parts[2].split(",")) client.redirectUri(uri);
      for (String uri : parts[3].split(",")) client.postLogoutRedirectUri(uri);
      clients.add(client.build());
    }
    return new InMemoryRegisteredClientRepository(clients);
  }

  @Bean
  UserDetailsService users() {
    return new InMemoryUserDetailsManager(
        User.withUsername("alice").password("{noop}alice-password").roles("USER").build());
  }
}
