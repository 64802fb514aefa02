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

package ai.tinyfish.durable.internal.watch;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.durable.watch.Watched;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link DeclaredWatches}, at the start and ahead of time.
 */
class DeclaredWatchesTests {

	private static final String HOURLY = "0 0 * * * *";

	@Test
	void watchesHaveWhatTheirMethodsDeclare() {
		List<Watch> watches = declared(false, "0 0 9 * * *", Teas.class);
		assertThat(watches).extracting(Watch::id).containsExactly("cheapest", "found", "price", "run", "teas");
		assertThat(watches.get(4)).satisfies((watch) -> {
			assertThat(watch.request().goal()).isEqualTo("List all teas");
			assertThat(watch.cron()).isEqualTo("0 0 9 * * *");
			assertThat(watch.zone()).isEqualTo("Europe/Berlin");
			assertThat(watch.key()).containsExactly("sku", "shop");
			assertThat(watch.ignore()).containsExactly("price");
			assertThat(watch.confirm()).isEqualTo(3);
			assertThat(watch.confirmAfter()).isEqualTo(Duration.ofMinutes(10));
			assertThat(watch.tolerance()).isEqualTo(Map.of());
			assertThat(watch.skipUnchanged()).isEqualTo(23);
			assertThat(watch.selectors()).containsExactly("table.teas");
			assertThat(watch.acceptEmpty()).isTrue();
		});
		assertThat(watches.get(0).tolerance()).isEqualTo(Map.of("price", new Tolerance(new BigDecimal("5"), true)));
		assertThat(watches.subList(0, 4)).extracting(Watch::acceptEmpty).containsExactly(false, true, false, false);
	}

	@Test
	void thePlaceholdersHaveTheirValuesAtTheStart() {
		assertThat(declared(true, null, Teas.class)).extracting(Watch::id).doesNotContain("teas").hasSize(4);
		assertThatThrownBy(() -> declared(false, null, Teas.class)).hasMessageContaining("teas.cron");
	}

	static Stream<Arguments> invalid() {
		return Stream.of(Arguments.of(WithParameter.class, "it is watched, and has parameters"),
				Arguments.of(Reactive.class, "it is watched, and does not wait"),
				Arguments.of(Future.class, "it is watched, and does not wait"),
				Arguments.of(Handle.class, "it is watched, and does not wait"),
				Arguments.of(Queued.class, "it is watched, and does not wait"),
				Arguments.of(Untyped.class, "whose properties are compared). Correct it, or the return type"),
				Arguments.of(WithoutGoal.class, "has no @Goal"),
				Arguments.of(BadCron.class, "cron 'daily' is not valid"),
				Arguments.of(BadZone.class, "zone 'Berlin' is not valid"),
				Arguments.of(BadId.class, "id must have 1 to 100"),
				Arguments.of(BadKey.class, "key names skuu, which the result does not have. It has sku, shop, price"),
				Arguments.of(BadIgnore.class, "ignore names rank, which the result does not have"),
				Arguments.of(NoKey.class, "key must name a property"),
				Arguments.of(KeyOfObject.class, "key has no effect"),
				Arguments.of(KeyIgnored.class, "ignore names sku, which is in the key"),
				Arguments.of(KeyTwice.class, "key names a property twice: [sku, sku]"),
				Arguments.of(AllIgnored.class, "ignore names all properties"),
				Arguments.of(BadTolerance.class, "tolerance 'price 5' is not a name, a colon and a number"),
				Arguments.of(TextTolerance.class, "tolerance names shop, which is not a number"),
				Arguments.of(NoTolerance.class, "tolerance must be positive"),
				Arguments.of(BadConfirmAfter.class, "confirmAfter must be positive"),
				Arguments.of(NoAgent.class, "it is watched, and belongs to no web agent"),
				Arguments.of(UnimportedAgent.class, "it is watched, and belongs to no web agent"),
				Arguments.of(NoSelector.class, "elector"),
				Arguments.of(Vaulted.class, "skipUnchanged is not possible with a vault"),
				Arguments.of(NoSkips.class, "selectors have no effect without skipUnchanged"),
				Arguments.of(BadConfirm.class, "confirm must be positive"),
				Arguments.of(Twice.class, "another watch has the id teas"));
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void aWrongDeclarationIsRefused(Class<?> agent, String message) {
		for (boolean ahead : new boolean[] { false, true }) {
			assertThatExceptionOfType(InvalidWebAgentException.class).isThrownBy(() -> declared(ahead, "-", agent))
				.withMessageContaining(message)
				.satisfies((ex) -> assertThat(ex.method()).isNotNull());
		}
	}

	@Test
	void aWrongDeclarationFailsTheStartAndGenerationAheadOfTime() {
		assertRefused(Invalid.class, "has parameters");
		process(Valid.class);
	}

	@Test
	void anAgentWithAClientOfItsOwnIsNotWatchedWithAnotherOne() {
		assertRefused(OtherClient.class, "is imported for a client of its own");
		assertRefused(OtherClientInScope.class, "is imported for a client of its own");
	}

	private static void assertRefused(Class<?> configuration, String message) {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			assertThatThrownBy(() -> Instance.start(DatabaseKind.H2.newDatabase(), simulator, List.of(configuration)))
				.hasRootCauseInstanceOf(InvalidWebAgentException.class)
				.rootCause()
				.hasMessageContaining(message);
			assertThat(simulator.journal().runsCreated()).isZero();
		}
		assertThatThrownBy(() -> process(configuration)).hasRootCauseInstanceOf(InvalidWebAgentException.class)
			.rootCause()
			.hasMessageContaining(message);
	}

	@Test
	void theWatchesOfAgentsAreStoredAtTheStart() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator, List.of(Valid.class),
						"teas.cron=" + HOURLY)) {
			Watches watches = instance.bean(Watches.class);
			assertThat(watches.list()).extracting(WatchStatus::state).containsOnly(WatchState.ACTIVE).hasSize(5);
			assertThat(watches.find("teas").cron()).isEqualTo(HOURLY);
			assertThat(simulator.journal().runsCreated()).isZero();
		}
	}

	private static void process(Class<?> configuration) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(configuration);
		new ApplicationContextAotGenerator().processAheadOfTime(context, new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get("com.example", "Application")), new InMemoryGeneratedFiles()));
	}

	private static List<Watch> declared(boolean ahead, String cron, Class<?> agent) {
		StandardEnvironment environment = new StandardEnvironment();
		if (cron != null) {
			environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of("teas.cron", cron)));
		}
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerBeanDefinition("agent", new RootBeanDefinition(agent));
		return new DeclaredWatches(() -> WebAgents.builder()
			.client(TinyFishClient.builder().apiKey("unused").build())
			.placeholders(environment::resolveRequiredPlaceholders)
			.build(), environment::resolveRequiredPlaceholders, ahead).of(beans);
	}

	record Tea(String sku, String shop, BigDecimal price) {

	}

	@WebAgent(url = "https://shop.example")
	interface Teas {

		@Goal(value = "List all teas", acceptMissed = true)
		@Watched(id = "teas", cron = "${teas.cron}", zone = "Europe/Berlin", key = { "sku", "shop" }, ignore = "price",
				confirm = 3, confirmAfter = "PT10M", skipUnchanged = 23, selectors = "table.teas")
		List<Tea> teas();

		@Goal("Find the cheapest tea")
		@Watched(id = "cheapest", cron = HOURLY, tolerance = "price: 5 %")
		Tea cheapest();

		@Goal("Find Assam")
		@Watched(id = "found", cron = HOURLY)
		Optional<Tea> found();

		@Goal("What does Assam cost?")
		@Watched(id = "price", cron = HOURLY)
		BigDecimal price();

		@Goal("List all teas")
		@Watched(id = "run", cron = HOURLY, key = "sku")
		TypedRun<List<Tea>> run();

		@Goal("Find {name}")
		Mono<Tea> notWatched(String name);

	}

	@WebAgent(url = "https://shop.example")
	interface WithParameter {

		@Goal("Find {name}")
		@Watched(id = "teas", cron = HOURLY)
		Tea tea(String name);

	}

	@WebAgent(url = "https://shop.example")
	interface Reactive {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		Mono<Tea> tea();

	}

	@WebAgent(url = "https://shop.example")
	interface Future {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		CompletableFuture<Tea> tea();

	}

	@WebAgent(url = "https://shop.example")
	interface Handle {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		RunHandle tea();

	}

	@WebAgent(url = "https://shop.example")
	interface Queued {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		QueuedRun tea();

	}

	@WebAgent(url = "https://shop.example")
	interface Untyped {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		AgentRun tea();

	}

	@WebAgent(url = "https://shop.example")
	interface WithoutGoal {

		@Watched(id = "teas", cron = HOURLY)
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface BadCron {

		@Goal("Find it")
		@Watched(id = "teas", cron = "daily")
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface BadZone {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, zone = "Berlin")
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface BadId {

		@Goal("Find it")
		@Watched(id = "all teas", cron = HOURLY)
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface BadKey {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, key = "skuu")
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface BadIgnore {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, key = "sku", ignore = "rank")
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface NoKey {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface KeyOfObject {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, key = "sku")
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface KeyIgnored {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, key = "sku", ignore = "sku")
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface KeyTwice {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, key = { "sku", "sku" })
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface AllIgnored {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, ignore = { "sku", "shop", "price" })
		Tea teas();

	}

	@WebAgent(url = "https://shop.example")
	interface BadTolerance {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, key = "sku", tolerance = "price 5")
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface TextTolerance {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, key = "sku", tolerance = "shop: 5")
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface NoTolerance {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, key = "sku", tolerance = "price: 0 %")
		List<Tea> teas();

	}

	@WebAgent(url = "https://shop.example")
	interface BadConfirmAfter {

		@Goal("List all teas")
		@Watched(id = "teas", cron = HOURLY, key = "sku", confirmAfter = "0s")
		List<Tea> teas();

	}

	static class NoAgent {

		@Watched(id = "teas", cron = HOURLY)
		Tea tea() {
			throw new UnsupportedOperationException();
		}

	}

	interface Watching {

		@Watched(id = "teas", cron = HOURLY)
		Tea tea();

	}

	static class UnimportedAgent implements Watching {

		@Override
		public Tea tea() {
			throw new UnsupportedOperationException();
		}

	}

	@WebAgent(url = "https://shop.example")
	interface NoSelector {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, skipUnchanged = 3, selectors = "")
		Tea tea();

	}

	@WebAgent(url = "https://shop.example", useVault = "true")
	interface Vaulted {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, skipUnchanged = 3)
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface NoSkips {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, selectors = "table")
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface BadConfirm {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY, confirm = 0)
		Tea tea();

	}

	@WebAgent(url = "https://shop.example")
	interface Twice {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		Tea first();

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		Tea second();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(Teas.class)
	static class Valid {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(WithParameter.class)
	static class Invalid {

	}

	@WebAgent(url = "https://shop.example")
	@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
	interface Scoped {

		@Goal("Find it")
		@Watched(id = "teas", cron = HOURLY)
		Tea tea();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = Teas.class, client = "staging")
	static class OtherClient extends Staging {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents(types = Scoped.class, client = "staging")
	static class OtherClientInScope extends Staging {

	}

	static class Staging {

		@Bean(defaultCandidate = false)
		TinyFishClient staging() {
			return TinyFishClient.builder().apiKey("unused").build();
		}

		@Bean(defaultCandidate = false)
		@Qualifier("staging")
		ReactiveTinyFishClient reactiveStaging() {
			return ReactiveTinyFishClient.builder().apiKey("unused").build();
		}

	}

}
