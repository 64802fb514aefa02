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

package ai.tinyfish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.support.LogText;
import ai.tinyfish.support.RunLog;
import ai.tinyfish.support.agent.ReadFailure;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

class ArchitectureTests {

	private static final String INTERNAL = "ai.tinyfish.internal.";

	private static final JavaClasses CORE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("/simulator/"))
		.importPackages("ai.tinyfish");

	private static final String[] MODELS = { "ai.tinyfish.agent..", "ai.tinyfish.run..", "ai.tinyfish.search..",
			"ai.tinyfish.fetch..", "ai.tinyfish.browser..", "ai.tinyfish.vault..", "ai.tinyfish.usage..",
			"ai.tinyfish.profile..", "ai.tinyfish.wallet.." };

	private static final String[] LOWER_ROOMS = rooms("json", "request", "schema", "settings", "lifecycle", "wire",
			"retry", "redaction", "call", "stream");

	private static final String[] UPPER_ROOMS = rooms("listener", "poll", "session", "area", "webagent");

	@Test
	void coreKnowsNothingOfSpringBoot() {
		noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework.boot..").check(CORE);
	}

	@Test
	void oneClassOnlyKnowsSpringRetry() {
		noClasses().that()
			.doNotHaveFullyQualifiedName("ai.tinyfish.internal.retry.SpringRetryExecutor")
			.and()
			.haveNameNotMatching("ai\\.tinyfish\\.internal\\.retry\\.SpringRetryExecutor\\$.*")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.retry..")
			.check(CORE);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().assignedFrom(new ExactPackages()).should().beFreeOfCycles().check(CORE);
	}

	@Test
	void internalDoesNotKnowTheClients() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.internal..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish")
			.check(CORE);
	}

	@Test
	void lowerRoomsKnowNoModel() {
		noClasses().that()
			.resideInAnyPackage(LOWER_ROOMS)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(MODELS)
			.check(CORE);
	}

	/**
	 * As in the picture of CONTRIBUTING.
	 */
	@Test
	void roomsKnowTheRoomsBelowThemAlone() {
		Map<String, List<String>> below = Map.ofEntries(Map.entry("json", List.of()), Map.entry("request", List.of()),
				Map.entry("redaction", List.of()), Map.entry("retry", List.of()), Map.entry("lifecycle", List.of()),
				Map.entry("schema", List.of("json")), Map.entry("settings", List.of("request", "redaction")),
				Map.entry("wire", List.of("settings", "lifecycle")), Map.entry("stream", List.of("lifecycle", "wire")),
				Map.entry("call", List.of("json", "request", "redaction", "settings", "retry", "lifecycle", "wire")),
				Map.entry("listener", List.of("request", "lifecycle", "call")),
				Map.entry("poll", List.of("json", "request", "redaction", "settings", "lifecycle", "call")),
				Map.entry("interceptor", List.of("lifecycle", "call", "listener")),
				Map.entry("session",
						List.of("json", "request", "redaction", "settings", "lifecycle", "wire", "stream", "call",
								"listener", "interceptor", "poll")),
				Map.entry("area",
						List.of("json", "request", "redaction", "settings", "lifecycle", "wire", "call", "listener",
								"interceptor", "poll", "session")),
				Map.entry("webagent", List.of("json", "request", "schema", "call")));
		assertThat(CORE.stream()
			.map(JavaClass::getPackageName)
			.filter((name) -> name.startsWith("ai.tinyfish.internal."))
			.map((name) -> name.substring("ai.tinyfish.internal.".length()))
			.distinct()).containsExactlyInAnyOrderElementsOf(below.keySet());
		below.forEach((room, known) -> {
			String[] others = below.keySet()
				.stream()
				.filter((other) -> !other.equals(room) && !known.contains(other))
				.map((other) -> "ai.tinyfish.internal." + other)
				.toArray(String[]::new);
			noClasses().that()
				.resideInAPackage("ai.tinyfish.internal." + room)
				.should()
				.dependOnClassesThat()
				.resideInAnyPackage(others)
				.check(CORE);
		});
	}

	@Test
	void publicSignaturesShowNoInternalType() {
		classes().that()
			.resideOutsideOfPackage("ai.tinyfish.internal..")
			.and(DescribedPredicate.describe("are public, with all that enclose them", ArchitectureTests::isVisible))
			.should(new ShowNoInternalType())
			.check(CORE);
	}

	@Test
	void implementationsAreMadeByTheClientsAlone() {
		noClasses().that()
			.resideOutsideOfPackages("ai.tinyfish", "ai.tinyfish.internal..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(UPPER_ROOMS)
			.check(CORE);
	}

	/**
	 * The other modules that use it are the starter, its test kit, the relay and durable
	 * runs: their own tests name the packages. All use {@link LogText} and
	 * {@link RunLog}, all that read runs use {@link ReadFailure}, and the registry of
	 * browser sessions is a {@link BrowserControl}.
	 */
	@Test
	void supportIsSmallAndUsedByTheClientsAlone() {
		noClasses().that()
			.resideOutsideOfPackages("ai.tinyfish", "ai.tinyfish.support..")
			.should()
			.dependOnClassesThat(resideInAPackage("ai.tinyfish.support..")
				.and(not(belongToAnyOf(LogText.class, RunLog.class, ReadFailure.class, BrowserControl.class))))
			.check(CORE);
		assertThat(CORE.stream()
			.filter((type) -> type.getPackageName().startsWith("ai.tinyfish.support") && isVisible(type))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("AgentRequestJson", "ApiKeySource",
					"BaseUrlSource", "BrowserControl", "Counts", "LogText", "ReadFailure", "RunControl",
					"RunInterceptorSource", "OpenSession", "SubmissionGates", "TestResettable", "RunLog");
	}

	@Test
	void noInternalPackageIsTooLarge() {
		Map<String, Long> files = CORE.stream()
			.filter((type) -> type.getPackageName().startsWith("ai.tinyfish.internal") && type.isTopLevelClass())
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
		assertThat(files).isNotEmpty().allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(25));
	}

	@Test
	void publicTypesOfInternalAreListed() throws IOException {
		Set<String> listed;
		try (InputStream list = getClass().getResourceAsStream("/public-in-internal.txt")) {
			listed = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map((line) -> line.replaceFirst(" *#.*", ""))
				.filter((line) -> !line.isEmpty())
				.collect(Collectors.toSet());
		}
		Set<String> found = CORE.stream()
			.filter((type) -> type.getName().startsWith(INTERNAL) && type.isTopLevelClass()
					&& type.getModifiers().contains(JavaModifier.PUBLIC))
			.map((type) -> type.getName().substring(INTERNAL.length()))
			.collect(Collectors.toSet());
		assertThat(found).isNotEmpty();
		assertThat(found.stream().filter((type) -> !listed.contains(type)))
			.as("public in internal: make it package-private, or add it to public-in-internal.txt with a reason")
			.isEmpty();
		assertThat(listed.stream().filter((type) -> !found.contains(type)))
			.as("not public in internal: remove it from public-in-internal.txt")
			.isEmpty();
	}

	@Test
	void errorsKnowNoModel() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.error..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(MODELS)
			.orShould()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.internal..")
			.check(CORE);
	}

	@Test
	void runsDoNotKnowTheAgent() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.run..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.agent..")
			.check(CORE);
	}

	@Test
	void noPublicSignatureShowsDatabind() {
		methods().that()
			.areDeclaredInClassesThat()
			.resideOutsideOfPackage("ai.tinyfish.internal..")
			.and()
			.areDeclaredInClassesThat()
			.arePublic()
			.and()
			.arePublic()
			.should()
			.notHaveRawReturnType(DescribedPredicate.describe("of Jackson databind",
					(type) -> type.getPackageName().startsWith("tools.jackson.databind")))
			.check(CORE);
	}

	@Test
	void exceptionsAreNamedAfterTheProduct() {
		classes().that()
			.areAssignableTo(TinyFishException.class)
			.should()
			.haveSimpleNameStartingWith("TinyFish")
			.andShould()
			.haveSimpleNameEndingWith("Exception")
			.check(CORE);
	}

	@Test
	void everyPackageIsNullMarked() throws Exception {
		for (JavaClass type : CORE) {
			String javaPackage = type.getPackageName();
			assertThat(Class.forName(javaPackage + ".package-info").isAnnotationPresent(NullMarked.class))
				.as(javaPackage)
				.isTrue();
		}
	}

	/**
	 * Calls inside methods, which the JVM resolves at the call only.
	 */
	@Test
	void everythingThatIsCalledIsThere() throws ClassNotFoundException {
		assertThat(CORE.size()).isGreaterThan(100);
		List<String> missing = new ArrayList<>();
		for (JavaClass javaClass : CORE) {
			Class<?> type = Class.forName(javaClass.getName(), true, TinyFishClient.class.getClassLoader());
			assertThatNoException().as(type.getName())
				.isThrownBy(() -> List.of(type.getDeclaredMethods(), type.getDeclaredConstructors(),
						type.getDeclaredFields()));
			javaClass.getAccessesFromSelf()
				.stream()
				.filter((access) -> !access.getTargetOwner().isArray())
				.filter((access) -> access.getTarget().resolveMember().isEmpty())
				.map(JavaAccess::getDescription)
				.forEach(missing::add);
		}
		assertThat(missing).isEmpty();
	}

	private static String[] rooms(String... names) {
		return Stream.of(names).map((name) -> "ai.tinyfish.internal." + name).toArray(String[]::new);
	}

	private static boolean isVisible(JavaClass type) {
		return isPublicOrProtected(type.getModifiers())
				&& type.getEnclosingClass().map(ArchitectureTests::isVisible).orElse(true);
	}

	private static boolean isPublicOrProtected(Set<JavaModifier> modifiers) {
		return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
	}

	/**
	 * Holds for return types, parameters, exceptions and fields, with their type
	 * arguments and bounds, and for supertypes.
	 */
	private static final class ShowNoInternalType extends ArchCondition<JavaClass> {

		ShowNoInternalType() {
			super("show no internal type");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			Stream<JavaType> supertypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
			report(type, supertypes, events, type.getFullName());
			report(type, type.getTypeParameters().stream(), events, type.getFullName());
			for (JavaCodeUnit unit : type.getCodeUnits()) {
				if (isPublicOrProtected(unit.getModifiers())) {
					report(type, Stream.of(unit.getReturnType()), events, unit.getFullName());
					report(type, unit.getParameterTypes().stream(), events, unit.getFullName());
					report(type, unit.getTypeParameters().stream(), events, unit.getFullName());
					report(type, unit.getExceptionTypes().stream(), events, unit.getFullName());
				}
			}
			for (JavaField field : type.getFields()) {
				if (isPublicOrProtected(field.getModifiers())) {
					report(type, Stream.of(field.getType()), events, field.getFullName());
				}
			}
		}

		private static void report(JavaClass type, Stream<? extends JavaType> shown, ConditionEvents events,
				String where) {
			shown.flatMap((each) -> each.getAllInvolvedRawTypes().stream())
				.filter((each) -> each.getPackageName().startsWith("ai.tinyfish.internal"))
				.forEach((each) -> events
					.add(SimpleConditionEvent.violated(type, where + " shows " + each.getFullName())));
		}

	}

	private static final class ExactPackages implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
			return javaClass.getPackageName().startsWith("ai.tinyfish") ? SliceIdentifier.of(javaClass.getPackageName())
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "exact packages";
		}

	}

}
