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

package ai.tinyfish.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final String ROOT = "ai.tinyfish.simulator";

	private static final String INTERNAL = ROOT + ".internal.";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@Test
	void publicApiIsSmallAndKnown() {
		assertThat(CLASSES.stream()
			.filter((type) -> type.getPackageName().equals(ROOT) && isPublic(type))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("TinyFishSimulator", "TinyFishSimulatorBuilder",
					"Scenario", "Builder", "ScenarioSelector", "CassetteFilter", "CassetteRecorder", "Recording",
					"SimulatorRequest", "SimulatorJournal", "SimulatedRun", "Status", "Fault", "FaultPoint",
					"ReceivedRequest", "InjectedFault", "UrlSecrets", "WebhookDelivery");
	}

	@Test
	void publicSignaturesNameNoInternalTypeAndNoLibrary() {
		Set<String> named = CLASSES.stream()
			.filter((type) -> type.getPackageName().equals(ROOT) && isPublic(type))
			.flatMap(ArchitectureTests::typesInSignatures)
			.map((type) -> type.getBaseComponentType().getPackageName())
			.filter((name) -> !name.isEmpty() && !name.equals(ROOT))
			.collect(Collectors.toSet());
		assertThat(named).isNotEmpty().allMatch((name) -> name.startsWith("java."));
	}

	@Test
	void nothingDependsOnSpring() {
		noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..").check(CLASSES);
	}

	@Test
	void nothingDependsOnOtherModules() {
		noClasses().should()
			.dependOnClassesThat()
			.haveNameMatching("ai\\.tinyfish\\.(?!simulator\\.).*")
			.check(CLASSES);
	}

	@Test
	void internalsDoNotKnowTheApi() {
		noClasses().that()
			.resideInAPackage(ROOT + ".internal..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT)
			.check(CLASSES);
	}

	@Test
	void onlyTheShopReadsHtml() {
		noClasses().that()
			.resideOutsideOfPackage(INTERNAL + "shop")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.jsoup..")
			.check(CLASSES);
	}

	@Test
	void roomsKnowTheRoomsBelowThemAlone() {
		Map<String, List<String>> below = Map.ofEntries(Map.entry("api", List.of()), Map.entry("shop", List.of("api")),
				Map.entry("schema", List.of("api", "shop")), Map.entry("fault", List.of("api")),
				Map.entry("run", List.of("api", "shop", "schema", "fault")),
				Map.entry("injection", List.of("api", "fault", "run")), Map.entry("chromium", List.of("api", "shop")),
				Map.entry("area", List.of("api", "shop", "run", "chromium")),
				Map.entry("webhook", List.of("api", "run")), Map.entry("live", List.of("api", "shop", "run")),
				Map.entry("server",
						List.of("api", "schema", "fault", "run", "injection", "area", "webhook", "live", "chromium")));
		assertThat(CLASSES.stream()
			.map(JavaClass::getPackageName)
			.filter((name) -> name.startsWith(ROOT + ".internal"))
			.map((name) -> name.replace(INTERNAL, ""))
			.distinct()).containsExactlyInAnyOrderElementsOf(below.keySet());
		below.forEach((room, known) -> {
			String[] others = below.keySet()
				.stream()
				.filter((other) -> !other.equals(room) && !known.contains(other))
				.map((other) -> INTERNAL + other)
				.toArray(String[]::new);
			noClasses().that()
				.resideInAPackage(INTERNAL + room)
				.should()
				.dependOnClassesThat()
				.resideInAnyPackage(others)
				.check(CLASSES);
		});
	}

	@Test
	void roomsHaveNoCycles() {
		slices().matching(INTERNAL + "(*)..").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void noRoomIsTooLarge() {
		Map<String, Long> files = CLASSES.stream()
			.filter((type) -> type.getName().startsWith(INTERNAL) && type.isTopLevelClass())
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
		Set<String> found = CLASSES.stream()
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

	private static boolean isPublic(JavaClass type) {
		return type.getModifiers().contains(JavaModifier.PUBLIC);
	}

	private static Stream<JavaClass> typesInSignatures(JavaClass type) {
		Stream<JavaClass> inCode = type.getCodeUnits()
			.stream()
			.filter((unit) -> unit.getModifiers().contains(JavaModifier.PUBLIC))
			.flatMap(ArchitectureTests::typesOf);
		Stream<JavaClass> inFields = type.getFields()
			.stream()
			.filter((field) -> field.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaField::getRawType);
		return Stream.concat(inCode, inFields);
	}

	private static Stream<JavaClass> typesOf(JavaCodeUnit unit) {
		return Stream
			.of(unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType()),
					unit.getExceptionTypes().stream().map((type) -> type.toErasure()))
			.flatMap((types) -> types);
	}

}
