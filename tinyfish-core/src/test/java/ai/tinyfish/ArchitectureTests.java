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

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.error.TinyFishException;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

class ArchitectureTests {

	private static final JavaClasses CORE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("/simulator/"))
		.importPackages("ai.tinyfish");

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
	void internalKnowsNeitherTheClientsNorTheOperations() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.internal..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("ai.tinyfish", "ai.tinyfish.agent..", "ai.tinyfish.run..", "ai.tinyfish.search..",
					"ai.tinyfish.fetch..", "ai.tinyfish.browser..", "ai.tinyfish.vault..", "ai.tinyfish.usage..")
			.check(CORE);
	}

	@Test
	void errorsKnowNoModel() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.error..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("ai.tinyfish.agent..", "ai.tinyfish.run..", "ai.tinyfish.search..",
					"ai.tinyfish.fetch..", "ai.tinyfish.browser..", "ai.tinyfish.vault..", "ai.tinyfish.usage..",
					"ai.tinyfish.internal..")
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
	 * What is called inside methods, which the JVM looks for at the call only.
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
