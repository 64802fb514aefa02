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

package ai.tinyfish.project;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.relay.RunEventRelay;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.OverridingClassLoader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each module registers the hints of its own types and resources. Types that need hints
 * are collected from the classes and files of the modules.
 */
class RuntimeHintsTests {

	private static final Set<MemberCategory> ALL_MEMBERS = Set.of(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
			MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS);

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		// its files are read by tests on the JVM
		.withImportOption((location) -> !location.contains("/tinyfish-spring-boot-test/"))
		.importPackages("ai.tinyfish");

	private static final Set<String> TYPES = JsonTypes.of(CLASSES);

	static List<Class<?>> modules() {
		return List.of(TinyFishClient.class, TinyFishRunEvent.class, RunEventRelay.class, DurableRuns.class,
				TinyFishTools.class, TinyFishSimulator.class);
	}

	@ParameterizedTest
	@MethodSource("modules")
	void typesOfJsonHaveHints(Class<?> module) {
		Set<String> types = typesOf(module);
		assertThat(types.isEmpty()).isEqualTo(Set.of(TinyFishTools.class, TinyFishSimulator.class).contains(module));
		assertThat(hintedTypes(hintsOf(module, getClass().getClassLoader()))).containsExactlyElementsOf(types);
	}

	@Test
	void noOtherModuleHasTypesOfJson() {
		assertThat(modules().stream().flatMap((module) -> typesOf(module).stream()))
			.containsExactlyInAnyOrderElementsOf(TYPES)
			.contains("ai.tinyfish.internal.json.JsonFields", "ai.tinyfish.run.GoalOutcome",
					"ai.tinyfish.run.RunResult$Deserializer", "ai.tinyfish.internal.area.BatchAnswer",
					"ai.tinyfish.durable.DurableRunState", "ai.tinyfish.spring.relay.EventFrames$ShownUrl");
	}

	@ParameterizedTest
	@MethodSource("modules")
	void hintsNeedNoOptionalClass(Class<?> module) {
		RuntimeHints hints = hintsOf(module, new RequiredClasses());
		assertThat(hintedTypes(hints)).containsExactlyElementsOf(typesOf(module));
		assertThat(hints.reflection().typeHints().map(TypeHint::getType))
			.noneMatch((type) -> type.getName().startsWith("io.") || type.getName().startsWith("kotlin"));
	}

	@Test
	void recordsThatAreDescribedByTheirComponentsHaveHints() {
		RuntimeHints hints = hintsOf(TinyFishClient.class, getClass().getClassLoader());
		Set<String> described = CLASSES.stream()
			.filter((type) -> type.getPackageName().startsWith("ai.tinyfish"))
			.flatMap((type) -> type.getMethodCallsFromSelf().stream())
			.filter((call) -> call.getTargetOwner().getSimpleName().equals("Descriptions") && call.getTarget()
				.getRawParameterTypes()
				.stream()
				.anyMatch((of) -> of.isEquivalentTo(Record.class)))
			.map((call) -> call.getOriginOwner())
			.filter((owner) -> !owner.getSimpleName().equals("Descriptions"))
			.map(JavaClass::getName)
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(described).contains("ai.tinyfish.agent.QueuedBatch")
			.allMatch((name) -> RuntimeHintsPredicates.reflection()
				.onType(TypeReference.of(name))
				.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)
				.test(hints));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "io.micrometer.context.ContextSnapshotFactory", "io.netty.channel.epoll.EpollSocketChannel" })
	void optionalClassesThatAreSearchedHaveHints(String name) {
		assertThat(RuntimeHintsPredicates.reflection().onType(ClassUtils.resolveClassName(name, null)))
			.accepts(hintsOf(TinyFishClient.class, getClass().getClassLoader()));
	}

	/**
	 * Another class that does so needs hints for the classes that it searches.
	 */
	@Test
	void classesThatSearchOthersByNameAreKnown() {
		Set<String> searches = Set.of("forName", "isPresent", "resolveClassName");
		assertThat(CLASSES.stream()
			.filter((type) -> type.getMethodCallsFromSelf()
				.stream()
				.anyMatch((call) -> searches.contains(call.getName())
						&& (call.getTargetOwner().isEquivalentTo(Class.class)
								|| call.getTargetOwner().isEquivalentTo(ClassUtils.class))))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("CallerContext", "Coroutines", "KotlinSupport",
					"TcpKeepAlive", "VirtualThreads", "WebAgentFactoryBean", "WebAgentScanner");
	}

	@Test
	void resourcesHaveHints() throws IOException {
		RuntimeHints hints = new RuntimeHints();
		modules().forEach((module) -> registerHints(module, getClass().getClassLoader(), hints));
		Set<String> described = describedResources();
		Set<String> resources = resources();
		assertThat(resources).contains("ai/tinyfish/durable/schema/schema-postgresql.sql",
				"ai/tinyfish/simulator/internal/shop/shop.html");
		assertThat(resources).allMatch((resource) -> described.contains(resource)
				|| RuntimeHintsPredicates.resource().forResource(resource).test(hints));
		assertThat(resources).containsAll(described);
	}

	private static Set<String> typesOf(Class<?> module) {
		return TYPES.stream()
			.filter((name) -> location(ClassUtils.resolveClassName(name, null)).equals(location(module)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String location(Class<?> type) {
		return type.getProtectionDomain().getCodeSource().getLocation().toString();
	}

	private static RuntimeHints hintsOf(Class<?> module, ClassLoader classLoader) {
		RuntimeHints hints = new RuntimeHints();
		registerHints(module, classLoader, hints);
		return hints;
	}

	/**
	 * Register the hints of the registrars that the module itself declares.
	 */
	private static void registerHints(Class<?> module, ClassLoader classLoader, RuntimeHints hints) {
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", classLoader)
			.load(RuntimeHintsRegistrar.class, (type, name, failure) -> {
				if (name.startsWith("ai.tinyfish.")) {
					throw new AssertionError(name, failure);
				}
			})
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("ai.tinyfish."))
			.filter((registrar) -> location(ClassUtils.resolveClassName(registrar.getClass().getName(), null))
				.equals(location(module)))
			.forEach((registrar) -> registrar.registerHints(hints, classLoader));
	}

	private static Set<String> hintedTypes(RuntimeHints hints) {
		return hints.reflection()
			.typeHints()
			.filter((hint) -> hint.getMemberCategories().containsAll(ALL_MEMBERS))
			.map((hint) -> hint.getType().getName())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Return the resources beside classes. Those in {@code META-INF} are read by Spring,
	 * which has hints for them.
	 */
	private static Set<String> resources() throws IOException {
		Set<String> names = new TreeSet<>();
		for (Resource file : files("ai/**/*.*")) {
			names.add(file.getURL().toString().replaceFirst(".*/src/main/resources/", ""));
		}
		// of the simulator's executable jar, never of a native image
		names.remove("ai/tinyfish/simulator/standalone-logback.xml");
		return names;
	}

	/**
	 * Return the resources for which modules that know nothing of Spring have metadata.
	 */
	private static Set<String> describedResources() throws IOException {
		Set<String> names = new TreeSet<>();
		for (Resource file : files("META-INF/native-image/**/reachability-metadata.json")) {
			JsonMapper.shared()
				.readTree(file.getFile())
				.path("resources")
				.forEach((resource) -> names.add(resource.path("glob").stringValue("")));
		}
		return names;
	}

	private static Resource[] files(String pattern) throws IOException {
		return new PathMatchingResourcePatternResolver()
			.getResources("file:../tinyfish-*/src/main/resources/" + pattern);
	}

	/**
	 * Loads the classes of this project anew, and of others only what it cannot be
	 * without.
	 */
	private static final class RequiredClasses extends OverridingClassLoader {

		RequiredClasses() {
			super(RuntimeHintsTests.class.getClassLoader());
		}

		@Override
		protected boolean isEligibleForOverriding(String className) {
			return className.startsWith("ai.tinyfish.");
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.matches("(java|ai\\.tinyfish|tools\\.jackson|com\\.fasterxml\\.jackson|org\\.slf4j|org\\.jspecify"
					+ "|org\\.springframework\\.(aot|core|util|context))\\..*")
					|| name.startsWith("ai.tinyfish.simulator.")) {
				throw new ClassNotFoundException(name);
			}
			return super.loadClass(name, resolve);
		}

	}

}
