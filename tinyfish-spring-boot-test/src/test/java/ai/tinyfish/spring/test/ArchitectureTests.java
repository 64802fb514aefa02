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

package ai.tinyfish.spring.test;

import java.util.Map;
import java.util.stream.Collectors;

import ai.tinyfish.support.LogText;
import ai.tinyfish.support.RunLog;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final JavaClasses MODULE = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("ai.tinyfish.spring.test");

	@Test
	void publicApiIsSmallAndKnown() {
		assertThat(MODULE.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((type) -> !type.getPackageName().endsWith(".internal"))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("AutoConfigureTinyFishSimulator", "Evaluation",
					"EvaluationReport", "RecordingMulticaster", "RunEventRecorder", "TestRun", "TinyFishAssertions",
					"TinyFishCassette", "TinyFishSimulatorAssert");
	}

	@Test
	void wiringIsInThePackageForIt() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.resideInAPackage("..autoconfigure..")
			.check(MODULE);
		noClasses().that()
			.resideOutsideOfPackage("..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.spring.test.autoconfigure")
			.check(MODULE);
	}

	@Test
	void evaluationsUseTheTestSupportAndNotTheOtherWayRound() {
		noClasses().that()
			.resideOutsideOfPackage("ai.tinyfish.spring.test.evaluation")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.spring.test.evaluation")
			.check(MODULE);
	}

	@Test
	void recordedRunsUseTheTestSupportAndNotTheOtherWayRound() {
		noClasses().that()
			.resideOutsideOfPackages("ai.tinyfish.spring.test.cassette", "ai.tinyfish.spring.test.evaluation")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.spring.test.cassette")
			.check(MODULE);
	}

	@Test
	void noPackageIsLarge() {
		Map<String, Long> files = MODULE.stream()
			.filter(JavaClass::isTopLevelClass)
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
		assertThat(files).isNotEmpty().allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(25));
	}

	@Test
	void internalsOfOtherModulesAreNotUsed() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("ai.tinyfish.internal..", "ai.tinyfish.simulator.internal..")
			.check(MODULE);
	}

	@Test
	void supportOfCoreIsUsedByTheExtensionTheRecordingAndTheReportAlone() {
		noClasses().that()
			.doNotHaveSimpleName("SimulatorExtension")
			.and()
			.doNotHaveSimpleName("CassetteRecording")
			.and()
			.doNotHaveSimpleName("EvaluatedCandidate")
			.should()
			.dependOnClassesThat(
					resideInAPackage("ai.tinyfish.support..").and(not(belongToAnyOf(LogText.class, RunLog.class))))
			.check(MODULE);
	}

}
