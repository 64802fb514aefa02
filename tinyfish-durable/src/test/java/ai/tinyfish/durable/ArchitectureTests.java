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

package ai.tinyfish.durable;

import java.time.Clock;
import java.time.Instant;
import java.util.stream.Collectors;

import ai.tinyfish.support.LogText;
import ai.tinyfish.support.RunLog;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final int MAX_FILES = 25;

	private static final JavaClasses MODULE = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("ai.tinyfish.durable");

	@Test
	void publicApiIsSmallAndKnown() {
		assertThat(MODULE.stream()
			.filter((type) -> !type.getPackageName().contains(".internal"))
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("DurableRun", "DurableRunApiKeyProvider",
					"DurableRunErrorEvent", "DurableRunEvent", "DurableRunFinishedEvent", "DurableRunPage",
					"DurableRunQuery", "DurableRunSecretsCodec", "DurableRunState", "DurableRuns", "DurableSubmission",
					"TinyFishDurableAutoConfiguration", "TinyFishDurableDataSource", "TinyFishDurableProperties",
					"Builder", "Builder", "Uncertain", "UncertainPolicy", "DurableRunApproval", "Decision", "Change",
					"Watch", "WatchChangedEvent", "WatchDriftedEvent", "WatchOutcome", "WatchResult", "WatchRun",
					"WatchState", "WatchStatus", "Watched", "Watches", "Tolerance", "WatchDelivery",
					"WatchDeliveryState", "WatchPreview", "WatchValue");
	}

	@Test
	void publicSignaturesShowNothingInternal() {
		noMethods().that()
			.areDeclaredInClassesThat()
			.resideOutsideOfPackages("ai.tinyfish.durable.internal..")
			.and()
			.arePublic()
			.should()
			.haveRawReturnType(JavaClass.Predicates.resideInAPackage("ai.tinyfish.durable.internal.."))
			.check(MODULE);
	}

	@Test
	void internalsOfOtherModulesAreNotUsed() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("ai.tinyfish.internal..", "ai.tinyfish.simulator..")
			.check(MODULE);
	}

	@Test
	void supportOfCoreIsUsedInternallyAlone() {
		noClasses().that()
			.resideOutsideOfPackage("ai.tinyfish.durable.internal..")
			.should()
			.dependOnClassesThat(
					resideInAPackage("ai.tinyfish.support..").and(not(belongToAnyOf(LogText.class, RunLog.class))))
			.check(MODULE);
	}

	/**
	 * The instances of an application share the clock of the database: their own ones
	 * differ.
	 */
	@Test
	void noClockOfTheProcessIsRead() {
		noClasses().should().callMethod(Instant.class, "now").check(MODULE);
		noClasses().should().callMethod(System.class, "currentTimeMillis").check(MODULE);
		noClasses().should().dependOnClassesThat().belongToAnyOf(Clock.class).check(MODULE);
	}

	@Test
	void packagesHaveNoCyclesAndAreNotTooLarge() {
		slices().matching("ai.tinyfish.durable.(internal..)").should().beFreeOfCycles().check(MODULE);
		noClasses().that()
			.resideInAPackage("ai.tinyfish.durable.internal.store")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.durable.internal")
			.check(MODULE);
		assertThat(MODULE.stream()
			.filter((type) -> type.getPackageName().contains(".internal") && type.isTopLevelClass())
			.map(JavaClass::getPackageName)
			.collect(Collectors.groupingBy((name) -> name, Collectors.counting())))
			.allSatisfy((name, files) -> assertThat(files).isLessThanOrEqualTo(MAX_FILES));
	}

}
