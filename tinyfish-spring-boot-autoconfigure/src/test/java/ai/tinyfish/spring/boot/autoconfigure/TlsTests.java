/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * SSL bundles, against a server whose certificate no other application trusts.
 */
@ExtendWith(OutputCaptureExtension.class)
class TlsTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@TempDir
	private static Path directory;

	private static Path keystore;

	private static Path certificate;

	private static WireMockServer server;

	private static Path otherKeystore;

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=https://127.0.0.1:" + server.httpsPort(), "tinyfish.retry.max-retries=0",
				"spring.ssl.bundle.jks.good.truststore.location=file:" + keystore,
				"spring.ssl.bundle.jks.good.truststore.password=" + TestKeystores.PASSWORD,
				"spring.ssl.bundle.pem.good-pem.truststore.certificate=file:" + certificate,
				"spring.ssl.bundle.jks.other.truststore.location=file:" + otherKeystore,
				"spring.ssl.bundle.jks.other.truststore.password=" + TestKeystores.PASSWORD);

	@BeforeAll
	static void startServer() {
		keystore = TestKeystores.create(directory, "server");
		certificate = TestKeystores.exportCertificate(keystore, "server");
		otherKeystore = TestKeystores.create(directory, "other");
		server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1")
			.httpDisabled(true)
			.dynamicHttpsPort()
			.containerThreads(20)
			.keystorePath(keystore.toString())
			.keystoreType("PKCS12")
			.keystorePassword(TestKeystores.PASSWORD)
			.keyManagerPassword(TestKeystores.PASSWORD));
		server.start();
		server.stubFor(WireMock.get("/v1/runs/run-1").willReturn(okJson("""
				{"run_id": "run-1", "status": "RUNNING"}""")));
		server.stubFor(WireMock.post("/v1/automation/run-sse")
			.willReturn(aResponse().withHeader("Content-Type", "text/event-stream").withBody("""
					data: {"type": "STARTED", "run_id": "run-1", "timestamp": "2026-01-02T03:04:05Z"}

					data: {"type": "COMPLETE", "run_id": "run-1", "status": "COMPLETED", "result": {"price": 42}}

					""")));
	}

	@AfterAll
	static void stopServer() {
		server.stop();
	}

	@Test
	void serverIsNotTrustedWithoutABundle() {
		this.contextRunner.run(TlsTests::assertNotConnected);
	}

	@Test
	void bundleOfThePropertyIsUsed() {
		this.contextRunner.withPropertyValues("tinyfish.ssl.bundle=good").run(TlsTests::assertConnected);
	}

	@Test
	void bundleOfPemFilesIsUsed() {
		this.contextRunner.withPropertyValues("tinyfish.ssl.bundle=good-pem").run(TlsTests::assertConnected);
	}

	@Test
	void bundleOfTheApplicationsHttpClientsIsTheDefault() {
		this.contextRunner.withPropertyValues("spring.http.clients.ssl.bundle=good").run(TlsTests::assertConnected);
	}

	@Test
	void bundleOfThePropertyGoesBeforeTheDefault() {
		this.contextRunner.withPropertyValues("spring.http.clients.ssl.bundle=other", "tinyfish.ssl.bundle=good")
			.run(TlsTests::assertConnected);
		this.contextRunner.withPropertyValues("spring.http.clients.ssl.bundle=good", "tinyfish.ssl.bundle=other")
			.run(TlsTests::assertNotConnected);
	}

	@Test
	void bundleOfConnectionDetailsGoesBeforeAll() {
		this.contextRunner.withUserConfiguration(BundleDetails.class)
			.withPropertyValues("spring.http.clients.ssl.bundle=other", "tinyfish.ssl.bundle=other",
					"details.bundle=good")
			.run(TlsTests::assertConnected);
		this.contextRunner.withUserConfiguration(BundleDetails.class)
			.withPropertyValues("tinyfish.ssl.bundle=good", "details.bundle=other")
			.run(TlsTests::assertNotConnected);
	}

	@Test
	void propertyHoldsWhereConnectionDetailsHaveNoBundle() {
		this.contextRunner.withUserConfiguration(BundleDetails.class)
			.withPropertyValues("tinyfish.ssl.bundle=good")
			.run(TlsTests::assertConnected);
	}

	@Test
	void missingBundleIsAnalysed(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.build();
		assertThatException().isThrownBy(
				() -> application.run("--tinyfish.api-key=sk-property", "--tinyfish.ssl.bundle=no-such-bundle"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "The property 'tinyfish.ssl.bundle' (",
					"there is no SSL bundle of that name below spring.ssl.bundle",
					"Correct the property 'tinyfish.ssl.bundle'.")
			.doesNotContain("\tat ");
	}

	@Test
	void missingBundleOfTheDefaultFailsStartUp() {
		this.contextRunner.withPropertyValues("spring.http.clients.ssl.bundle=no-such-bundle")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("no-such-bundle"));
	}

	@Test
	void bundleWithoutBundlesIsAnError() {
		new ApplicationContextRunner().withInitializer(SystemEnvironment.empty())
			.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
			.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.ssl.bundle=good")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessage("The property 'tinyfish.ssl.bundle' is not valid: the application has no SSL bundles"));
	}

	@Test
	void simulatorNeedsNeitherBundleNorProxy() {
		this.contextRunner
			.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.ssl.bundle=other",
					"spring.http.clients.ssl.bundle=other", "tinyfish.http-proxy.host=127.0.0.1",
					"tinyfish.http-proxy.port=1", "tinyfish.http-proxy.username=user",
					"tinyfish.http-proxy.password=hunter2")
			.run((context) -> {
				assertThat(context.getBean(TinyFishClient.class).agent().stream(REQUEST).await().isCompleted())
					.isTrue();
				assertThat(context.getBean(ReactiveTinyFishClient.class).runs().list().block(PATIENCE).data())
					.hasSize(1);
			});
	}

	private static void assertConnected(ApplicationContext context) {
		TinyFishClient blocking = context.getBean(TinyFishClient.class);
		ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
		assertThat(blocking.runs().get("run-1").runId()).isEqualTo("run-1");
		assertThat(blocking.agent().stream(REQUEST).await().isCompleted()).isTrue();
		assertThat(reactive.runs().get("run-1").block(PATIENCE).runId()).isEqualTo("run-1");
		assertThat(reactive.agent().stream(REQUEST).collectList().block(PATIENCE)).hasSize(2);
	}

	private static void assertNotConnected(ApplicationContext context) {
		TinyFishClient blocking = context.getBean(TinyFishClient.class);
		ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
		assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> blocking.runs().get("run-1"));
		assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> blocking.agent().stream(REQUEST));
		assertThatExceptionOfType(TinyFishConnectionException.class)
			.isThrownBy(() -> reactive.runs().get("run-1").block(PATIENCE));
	}

	@Configuration(proxyBeanMethods = false)
	static class BundleDetails {

		@Bean
		TinyFishConnectionDetails details(ObjectProvider<SslBundles> bundles,
				@Value("${details.bundle:}") String name) {
			return new TinyFishConnectionDetails() {

				@Override
				public SslBundle getSslBundle() {
					return name.isEmpty() ? null : bundles.getObject().getBundle(name);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, TinyFishAutoConfiguration.class })
	static class Application {

	}

}
