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

package ai.tinyfish.spring.boot.autoconfigure.rules;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentMode;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.testing.RunForm;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.StartUrl;
import ai.tinyfish.webagent.WebAgent;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Runs begin at the allowed hosts alone, and have the limits of the application unless
 * they have their own.
 */
class RunRulesTests {

	private static TinyFishSimulator simulator;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(1)).start();
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.run("--spring.main.banner-mode=off", "--tinyfish.base-url=" + simulator.baseUrl(),
					"--tinyfish.api-key=" + simulator.apiKey(), "--tinyfish.allowed-hosts=shop.example,*.books.example",
					"--tinyfish.run.max-steps=40", "--tinyfish.run.max-duration=90s",
					"--tinyfish.run.poll-interval=10ms", "--spring.reactor.netty.shutdown-quiet-period=0s");
	}

	@AfterAll
	static void stop() {
		context.close();
		simulator.close();
	}

	@ParameterizedTest
	@EnumSource
	void runsBeginAtAllowedHostsAlone(RunForm form) {
		AgentRequest allowed = request("https://www.books.example/");
		form.submit(context, allowed);
		assertThat(simulator.journal().submissions(allowed.goal())).singleElement()
			.satisfies((sent) -> assertThat(sent.body()).contains("\"max_steps\":40", "\"max_duration_seconds\":90"));
		AgentRequest refused = request("https://user:s3cret@evil.example/?token=s3cret");
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class).isThrownBy(() -> form.submit(context, refused))
			.withMessageContainingAll("evil.example", "tinyfish.allowed-hosts", "nothing was sent")
			.withMessageNotContaining("s3cret")
			.satisfies((ex) -> assertThat(ex.host()).isEqualTo("evil.example"));
		assertThat(simulator.journal().submissions(refused.goal())).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void anAccountWithoutTheFeatureLearnsWhichPropertyToRemove(RunForm form) {
		AgentRequest request = request("https://shop.example/");
		simulator.fault(form.point(), Fault.refusal(403, "FORBIDDEN", "Not part of your plan"));
		assertThatExceptionOfType(TinyFishPermissionDeniedException.class)
			.isThrownBy(() -> form.submit(context, request))
			.withMessageContainingAll("403 FORBIDDEN: Not part of your plan. The request sets max_steps",
					"tinyfish.run.max-steps");
		simulator.fault(form.point(), Fault.refusal(403, "INSUFFICIENT_CREDITS", "No credit"));
		assertThatExceptionOfType(TinyFishInsufficientCreditsException.class)
			.isThrownBy(() -> form.submit(context, request))
			.withMessageEndingWith("No credit");
	}

	@Test
	void requestsKeepTheirOwnLimits() {
		AgentRequest request = request("https://shop.example/").toBuilder()
			.agentConfig(AgentConfig.builder().mode(AgentMode.STRICT).maxSteps(7).build())
			.build();
		RunForm.RUN.submit(context, request);
		assertThat(simulator.journal().submissions(request.goal())).singleElement()
			.satisfies((sent) -> assertThat(sent.body()).contains("\"mode\":\"strict\"", "\"max_steps\":7,",
					"\"max_duration_seconds\":90"));
	}

	@Test
	void requestsAreJudgedAsTheInterceptorsOfTheApplicationLeaveThem() {
		AgentRequest away = request("https://shop.example/#away");
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
			.isThrownBy(() -> RunForm.RUN.submit(context, away));
		assertThat(simulator.journal().submissions(away.goal())).isEmpty();
		AgentRequest back = request("https://evil.example/#back");
		assertThat(RunForm.RUN.submit(context, back).isCompleted()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "@evil.example", "//evil.example", "\\@evil.example/", "..", "/../..//evil.example",
			":443@evil.example", "\n.evil.example", "https://evil.example/", "?@evil.example", "%2f%2fevil.example",
			"。evil.example" })
	void variablesOfAgentsDoNotChangeTheHost(String value) {
		String goal = request("https://shop.example/").goal();
		context.getBean(Shop.class).price("a" + value, goal);
		assertThat(runs(goal)).singleElement()
			.satisfies((run) -> assertThat(URI.create(run.request().url()).getHost()).isEqualTo("shop.example"));
	}

	@Test
	void agentsBeginAtAllowedHostsAlone() {
		String goal = request("https://shop.example/").goal();
		context.getBean(Shop.class).priceAt("https://de.books.example/", goal);
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
			.isThrownBy(() -> context.getBean(Shop.class).priceAt("https://evil.example\\@shop.example/", goal))
			.withMessageContaining("The host of url is ambiguous")
			.satisfies((ex) -> assertThat(ex.host()).isNull());
		assertThat(runs(goal)).hasSize(1);
	}

	@Test
	void fetchesAndSessionsOfBothClientsOpenAllowedHostsAlone() {
		String url = "https://user:s3cret@evil.example/?token=s3cret";
		TinyFishClient client = context.getBean(TinyFishClient.class);
		ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
		FetchRequest fetch = FetchRequest.of("https://shop.example/", url);
		BrowserSessionRequest session = BrowserSessionRequest.builder().url(url).build();
		SetupSessionRequest setup = SetupSessionRequest.builder().url(url).build();
		int before = simulator.journal().received().size();
		for (ThrowingCallable call : List.<ThrowingCallable>of(() -> client.fetch().getContents(fetch),
				() -> reactive.fetch().getContents(fetch).block(), () -> client.browser().create(session),
				() -> reactive.browser().create(session).block(), () -> client.profiles().startSetup("id", setup),
				() -> reactive.profiles().startSetup("id", setup).block(),
				() -> client.mutate().withoutRunInterceptors().build().agent().run(request(url)))) {
			assertThatExceptionOfType(TinyFishHostNotAllowedException.class).isThrownBy(call)
				.withMessageContainingAll("evil.example", "tinyfish.allowed-hosts", "nothing was sent")
				.withMessageNotContaining("s3cret");
		}
		assertThat(simulator.journal().received()).hasSize(before);
	}

	/**
	 * Create a request with a goal of its own.
	 */
	private static AgentRequest request(String url) {
		return AgentRequest.of(url, "Read the price " + UUID.randomUUID());
	}

	/**
	 * Return the runs of an agent, whose goal marks where the text begins and ends.
	 */
	private static List<SimulatedRun> runs(String text) {
		return simulator.journal().runs().stream().filter((run) -> run.request().goal().contains(text)).toList();
	}

	@WebAgent(url = "https://shop.example")
	interface Shop {

		@Goal(value = "{goal}", url = "https://shop.example/items/{item}?q={item}#{item}")
		String price(String item, String goal);

		@Goal("{goal}")
		String priceAt(@StartUrl String url, String goal);

	}

	/**
	 * Has no order, like most interceptors.
	 */
	static class Redirect implements TinyFishRunInterceptor {

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			AgentRequest request = submission.request();
			if (request.url().endsWith("#away")) {
				return request.toBuilder().url("https://evil.example/").build();
			}
			return request.url().endsWith("#back") ? request.toBuilder().url("https://shop.example/").build() : request;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TinyFishAutoConfiguration.class, TinyFishRunRulesAutoConfiguration.class })
	@ImportWebAgents(Shop.class)
	static class Application {

		@Bean
		Redirect redirect() {
			return new Redirect();
		}

	}

}
