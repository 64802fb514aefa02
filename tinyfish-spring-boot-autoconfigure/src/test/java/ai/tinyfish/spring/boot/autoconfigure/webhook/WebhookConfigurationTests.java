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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.testing.NewThreads;
import ai.tinyfish.spring.boot.testing.StackTraces;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.function.RouterFunction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Where deliveries are received, and the URL that the service receives for them.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebhookConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(TinyFishAutoConfiguration.class,
			TinyFishWebhookAutoConfiguration.class);

	private static final String[] ENABLED = { "tinyfish.webhook.enabled=true",
			"tinyfish.webhook.secret=" + WebhookApplication.SECRET };

	/**
	 * Runs delivered here do not end, and are not waited for when the application stops.
	 */
	private static final String IMPATIENT = "tinyfish.run.poll-tolerance=50ms";

	private static final String ROUTER = "tinyFishWebhookRouterFunction";

	@AutoClose
	private static final WireMockApi api = new WireMockApi();

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=" + api.baseUrl());

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=" + api.baseUrl());

	private final ApplicationContextRunner none = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("tinyfish.api-key=sk-property", "tinyfish.base-url=" + api.baseUrl());

	@BeforeEach
	void resetApi() {
		api.reset();
	}

	@Test
	void webhooksAreOffUnlessTheyAreEnabled() {
		String[] properties = { "tinyfish.webhook.secret=" + WebhookApplication.SECRET,
				"tinyfish.webhook.url=https://shop.example" };
		this.servlet.withPropertyValues(properties).run((context) -> {
			assertThat(context).doesNotHaveBean(ROUTER).doesNotHaveBean(WebhookInbox.class);
			assertThat(submitted(context.getBean(TinyFishClient.class))).doesNotContain("webhook");
		});
		this.reactive.withPropertyValues(properties)
			.run((context) -> assertThat(context).doesNotHaveBean(ROUTER).doesNotHaveBean(WebhookInbox.class));
	}

	@Test
	void webhooksAreOffWithoutAClient() {
		this.servlet.withPropertyValues(ENABLED)
			.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ROUTER));
	}

	@Test
	void everyKindOfApplicationHasItsOwn() {
		this.servlet.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).getBean(ROUTER)
				.isInstanceOf(org.springframework.web.servlet.function.RouterFunction.class));
		this.reactive.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).getBean(ROUTER)
				.isInstanceOf(org.springframework.web.reactive.function.server.RouterFunction.class));
		this.none.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TinyFishClient.class)
				.doesNotHaveBean(ROUTER)
				.doesNotHaveBean(WebhookInbox.class));
	}

	@Test
	void servletApplicationWithoutSpringMvcHasNone() {
		this.servlet.withPropertyValues(ENABLED)
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ROUTER));
	}

	@Test
	void reactiveApplicationNeedsNoServlets() {
		this.reactive.withPropertyValues(ENABLED)
			.withClassLoader(new FilteredClassLoader("org.springframework.web.servlet", "jakarta.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().hasBean(ROUTER));
	}

	@Test
	void receiverNeedsNoSimulator() {
		FilteredClassLoader without = new FilteredClassLoader("ai.tinyfish.simulator");
		this.servlet.withPropertyValues(ENABLED)
			.withClassLoader(without)
			.run((context) -> assertThat(context).hasNotFailed().hasBean(ROUTER));
		this.reactive.withPropertyValues(ENABLED)
			.withClassLoader(without)
			.run((context) -> assertThat(context).hasNotFailed().hasBean(ROUTER));
	}

	@Test
	void routerOfTheApplicationTakesThePlaceOfOurs() {
		RouterFunction<?> own = (request) -> java.util.Optional.empty();
		this.servlet.withPropertyValues(ENABLED)
			.withBean(ROUTER, RouterFunction.class, () -> own)
			.run((context) -> assertThat(context).getBean(ROUTER).isSameAs(own));
	}

	@Test
	void receiverStartsNoThreadAndNoClient() {
		NewThreads threads = NewThreads.since();
		this.servlet.withPropertyValues(ENABLED).run((context) -> {
			assertThat(context.getBean(WebhookInbox.class).isRunning()).isTrue();
			assertThat(
					context.getSourceApplicationContext().getBeanFactory().containsSingleton("tinyFishReactiveClient"))
				.isFalse();
			assertThat(threads.ofConnections()).isEmpty();
		});
	}

	@Test
	void receiverCanBeStoppedAndStartedAgain() {
		this.servlet.withPropertyValues(ENABLED).withPropertyValues(IMPATIENT).run((context) -> {
			WebhookInbox inbox = context.getBean(WebhookInbox.class);
			context.getSourceApplicationContext().stop();
			assertThat(inbox.isRunning()).isFalse();
			assertThat(inbox.accept("run-1", null).block()).isFalse();
			context.getSourceApplicationContext().start();
			assertThat(inbox.isRunning()).isTrue();
			assertThat(inbox.accept("run-1", null).block()).isTrue();
		});
	}

	@Test
	void applicationDoesNotStartWithoutASecret(CapturedOutput output) {
		assertThat(start("tinyfish.webhook.enabled=true")).isNotNull();
		assertThat(output.getOut()).contains("APPLICATION FAILED TO START",
				"The property 'tinyfish.webhook.secret' is not valid: it is not set; as deliveries are not signed, it"
						+ " must have at least 16 characters, which are letters, digits, '_' and '-'.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "s3cret-s3cret-s", "s3cret/s3cret/s3cret", "s3cret s3cret s3cret",
			"s3cret-s3cret-s3cr\u00e9t", "s3cret-s3cret-s3cret%2F", "s3cret.s3cret.s3cret" })
	void applicationDoesNotStartWithAnotherSecretAndDoesNotShowIt(String secret, CapturedOutput output) {
		Throwable failure = start("tinyfish.webhook.enabled=true", "tinyfish.webhook.secret=" + secret);
		assertThat(output.getOut()).contains("The property 'tinyfish.webhook.secret' (",
				"is not valid: it must have at least 16 characters, which are letters, digits, '_' and '-'.");
		assertThat(output.getAll() + StackTraces.of(failure)).doesNotContain("s3cret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.webhook.secret=${SHOP_SECRET}", "tinyfish.webhook.url=${SHOP_URL}" })
	void placeholderWithoutAValueIsNamedAsTheReason(String property) {
		this.servlet.withPropertyValues(ENABLED)
			.withPropertyValues(property)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessage("The property '" + property.substring(0, property.indexOf('='))
						+ "' is not valid: has a placeholder without a value, such as an environment variable that is"
						+ " not set"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "hook", "/hook/", "//hook", "/ho ok", "/{hook}", "/*", "/hook?x", "/h\u00f6ok" })
	void pathMustBeAPath(String path) {
		this.servlet.withPropertyValues(ENABLED)
			.withPropertyValues("tinyfish.webhook.path=" + path)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageStartingWith("The property 'tinyfish.webhook.path' is not valid: must begin with a slash"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/.", "/..", "/./hook", "/../hook", "/hook/..", "/hook/.", "/a/../b", "/a/./b" })
	void pathMustNotLeadElsewhere(String path) {
		this.servlet.withPropertyValues(ENABLED)
			.withPropertyValues("tinyfish.webhook.path=" + path)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessage("The property 'tinyfish.webhook.path' is not valid: must have no segment '.' or '..',"
						+ " which stands for another path"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/...", "/.well-known", "/a..b/c", "/hook.", "/v1.0/hook" })
	void pathMayHaveDots(String path) {
		this.servlet.withPropertyValues(ENABLED)
			.withPropertyValues("tinyfish.webhook.path=" + path)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://shop.example", "shop.example", "https://", "https://user:s3cret@shop.example",
			"https://shop.example?x=1", "https://shop.example#x", "https://shop example", "https://shop.example/../a",
			"https://shop.example/a/.", "https://shop.example/%2e%2e/a" })
	void urlMustBeAnHttpsUrl(String url) {
		this.none.withPropertyValues(ENABLED)
			.withPropertyValues("tinyfish.webhook.url=" + url)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageStartingWith("The property 'tinyfish.webhook.url' is not valid: ")
				.message()
				.doesNotContain("s3cret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example", "https://shop.example/", " https://shop.example " })
	void requestsAreSentWithTheUrl(String url) {
		this.none.withPropertyValues(ENABLED).withPropertyValues("tinyfish.webhook.url=" + url).run((context) -> {
			String expected = "\"webhook_url\":\"https://shop.example" + WebhookApplication.PATH + "\"";
			assertThat(submitted(context.getBean(TinyFishClient.class))).contains(expected);
			api.reset();
			context.getBean(ReactiveTinyFishClient.class).agent().run(request().build()).block();
			assertThat(api.submittedBody()).contains(expected);
			api.reset();
			context.getBean(TinyFishClient.class)
				.agent()
				.run(request().webhookUrl("https://elsewhere.example/").build());
			assertThat(api.submittedBody()).contains("\"webhook_url\":\"https://elsewhere.example/\"")
				.doesNotContain("shop.example/tinyfish");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "${WEBHOOK_URL:}" })
	void emptyUrlIsIgnored(String url) {
		this.servlet.withPropertyValues(ENABLED)
			.withPropertyValues("tinyfish.webhook.url=" + url)
			.run((context) -> assertThat(submitted(context.getBean(TinyFishClient.class)))
				.doesNotContain("webhook_url"));
	}

	@Test
	void requestsAreSentWithoutAUrlUnlessItIsKnown() {
		this.servlet.withPropertyValues(ENABLED)
			.run((context) -> assertThat(submitted(context.getBean(TinyFishClient.class)))
				.doesNotContain("webhook_url"));
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, server.servlet.context-path=/shop, /shop", "SERVLET, spring.mvc.servlet.path=/app, /app",
			"REACTIVE, spring.webflux.base-path=/shop, /shop" })
	void receiverIsBelowTheContextPath(WebApplicationType type, String property, String contextPath) {
		try (WebhookApplication application = WebhookApplication.start(type, api.baseUrl(), property, IMPATIENT)) {
			String delivery = WebhookApplication.delivery("run-1");
			assertThat(application.post(contextPath + WebhookApplication.PATH, delivery).statusCode()).isEqualTo(204);
			assertThat(application.post(WebhookApplication.PATH, delivery).statusCode()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void pathCanBeChosen(WebApplicationType type) {
		try (WebhookApplication application = WebhookApplication.start(type, api.baseUrl(),
				"tinyfish.webhook.path=/hooks/runs.v1", IMPATIENT)) {
			String delivery = WebhookApplication.delivery("run-1");
			assertThat(application.post("/hooks/runs.v1/" + WebhookApplication.SECRET, delivery).statusCode())
				.isEqualTo(204);
			assertThat(application.post("/hooks/runsxv1/" + WebhookApplication.SECRET, delivery).statusCode())
				.isEqualTo(404);
			assertThat(application.post(WebhookApplication.PATH, delivery).statusCode()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void receiverComesBeforeHandlersOfTheApplicationForAllPaths(WebApplicationType type) {
		Class<?> catchAll = (type == WebApplicationType.SERVLET) ? WebhookApplication.ServletCatchAll.class
				: WebhookApplication.ReactiveCatchAll.class;
		try (WebhookApplication application = WebhookApplication.of(type, catchAll, ENABLED[0], ENABLED[1],
				"tinyfish.base-url=" + api.baseUrl())) {
			assertThat(application.post("/elsewhere", "{}").body()).isEqualTo("anything");
			assertThat(application.post(WebhookApplication.PATH, "{}").statusCode()).isEqualTo(400);
			assertThat(application.post("/tinyfish/webhook/wrong", "{}").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void filterWithoutAsyncSupportIsSupported() {
		try (WebhookApplication application = WebhookApplication.of(WebApplicationType.SERVLET,
				WebhookApplication.BlockingFilter.class, ENABLED[0], ENABLED[1], "tinyfish.base-url=" + api.baseUrl(),
				IMPATIENT)) {
			assertThat(application.deliver("run-1").statusCode()).isEqualTo(204);
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void neitherTheSecretNorAWrongOneIsLogged(WebApplicationType type, CapturedOutput output) {
		try (WebhookApplication application = WebhookApplication.start(type, api.baseUrl(),
				"tinyfish.webhook.url=https://shop.example", "logging.level.ai.tinyfish=trace", IMPATIENT)) {
			application.bean(TinyFishClient.class).agent().run(request().build());
			application.deliver("run-1");
			application.deliver("no-such-run");
			application.post(WebhookApplication.PATH + "?submission_token=t0ken", WebhookApplication.delivery("run-1"));
			application.post(WebhookApplication.PATH, "garbage");
			application.send(WebhookApplication.PATH, "GET", BodyPublishers.noBody());
			application.post("/tinyfish/webhook/wr0ng-wr0ng-wr0ng", WebhookApplication.delivery("run-1"));
			assertThat(application.bean(WebhookReceiver.class).toString()).doesNotContain("s3cret");
			assertThat(application.bean(TinyFishClient.class).toString()).doesNotContain("s3cret");
			assertThat(application.bean(TinyFishProperties.class).webhook().toString()).doesNotContain("s3cret");
		}
		finally {
			// the level is that of the whole JVM, and other tests count lines
			LoggingSystem.get(getClass().getClassLoader()).setLogLevel("ai.tinyfish", null);
		}
		assertThat(output.getAll()).doesNotContain("s3cret", "wr0ng", "t0ken");
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void neitherTheSecretNorAWrongOneIsInTraces(WebApplicationType type) {
		try (WebhookApplication application = WebhookApplication.of(type, WebhookApplication.Observed.class, ENABLED[0],
				ENABLED[1], "tinyfish.base-url=" + api.baseUrl(), IMPATIENT)) {
			application.post(WebhookApplication.PATH + "?submission_token=t0ken", WebhookApplication.delivery("run-1"));
			application.send(WebhookApplication.PATH, "GET", BodyPublishers.noBody());
			application.post("/tinyfish/webhook/wr0ng-wr0ng-wr0ng", WebhookApplication.delivery("run-1"));
			List<String> observed = application.bean(WebhookApplication.Observed.class).observed;
			await().untilAsserted(() -> assertThat(observed).filteredOn((text) -> text.contains("http.server.requests"))
				.hasSize(3)
				.allSatisfy((text) -> assertThat(text).contains("/tinyfish/webhook/***", "/tinyfish/webhook/{secret}")
					.doesNotContain("s3cret", "wr0ng", "t0ken")));
		}
	}

	private static Throwable start(String... properties) {
		return catchThrowable(() -> {
			ConfigurableApplicationContext context = new SpringApplicationBuilder(WebhookApplication.Application.class)
				.web(WebApplicationType.SERVLET)
				.initializers(SystemEnvironment.empty())
				.properties("server.port=0", "tinyfish.api-key=sk-property")
				.properties(properties)
				.run();
			context.close();
		});
	}

	private static String submitted(TinyFishClient client) {
		client.agent().run(request().build());
		return api.submittedBody();
	}

	private static AgentRequest.Builder request() {
		return AgentRequest.builder().url("https://shop.example/").goal("Read the price");
	}

}
