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

package ai.tinyfish.spring;

import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.support.LogText;
import ai.tinyfish.support.RunLog;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.UrlResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

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

	private static final JavaClasses MODULE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("ai.tinyfish.spring");

	@Test
	void autoConfigurationsArePublicAndFinal() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.check(MODULE);
	}

	@Test
	void beanMethodsArePackagePrivate() {
		methods().that().areAnnotatedWith(Bean.class).should().bePackagePrivate().check(MODULE);
	}

	@Test
	void beanMethodsNeedNoOptionalClass() {
		methods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.notBeAnnotatedWith(ConditionalOnClass.class)
			.check(MODULE);
	}

	@Test
	void beanTypesAreVisibleToGeneratedCode() {
		methods().that().areAnnotatedWith(Bean.class).should(new BeVisible()).check(MODULE);
	}

	@Test
	void internalsOfOtherModulesAreNotUsed() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("ai.tinyfish.internal..", "ai.tinyfish.simulator.internal..")
			.check(MODULE);
	}

	@Test
	void supportOfCoreIsUsedByTheLifecycleTheMetersAndTheWebhooksAlone() {
		noClasses().that()
			.resideOutsideOfPackage("ai.tinyfish.spring.boot..")
			.should()
			.dependOnClassesThat(
					resideInAPackage("ai.tinyfish.support..").and(not(belongToAnyOf(LogText.class, RunLog.class))))
			.check(MODULE);
	}

	@Test
	void simulatorIsUsedByOptionalClassesOnly() {
		noClasses().that()
			.haveSimpleNameNotEndingWith("TinyFishConnectionDetails")
			.and()
			.doNotHaveSimpleName("TinyFishSimulatorAutoConfiguration")
			.and()
			.haveSimpleNameNotEndingWith("SimulatorConfiguration")
			.and()
			.doNotHaveSimpleName("SimulatedDeliveries")
			.and()
			.doNotHaveSimpleName("TinyFishSimulatorBuilderCustomizer")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.simulator..")
			.check(MODULE);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("ai.tinyfish.spring.(**)").should().beFreeOfCycles().check(MODULE);
	}

	@Test
	void noPackageIsTooLarge() {
		Map<String, Long> files = MODULE.stream()
			.filter(JavaClass::isTopLevelClass)
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
		assertThat(files).isNotEmpty().allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(25));
	}

	@Test
	void typesOfApplicationsDoNotKnowTheWiring() {
		noClasses().that()
			.resideOutsideOfPackage("..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.spring.boot.autoconfigure..")
			.check(MODULE);
	}

	@Test
	void webhooksKnowTheSettingsOfTheClientsAlone() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.spring.boot.autoconfigure.webhook")
			.should()
			.dependOnClassesThat(resideInAPackage("ai.tinyfish.spring.boot.autoconfigure")
				.and(not(belongToAnyOf(TinyFishAutoConfiguration.class, TinyFishProperties.class,
						TinyFishProperties.Run.class, TinyFishProperties.Webhook.class))))
			.check(MODULE);
	}

	@Test
	void eventsDoNotKnowBoot() {
		noClasses().that()
			.resideInAPackage("ai.tinyfish.spring.event")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot..", "ai.tinyfish.spring.boot..")
			.check(MODULE);
	}

	@Test
	void eventsAreNamedAfterRuns() {
		classes().that()
			.areAssignableTo(TinyFishRunEvent.class)
			.should()
			.haveSimpleNameStartingWith("TinyFishRun")
			.andShould()
			.haveSimpleNameEndingWith("Event")
			.check(MODULE);
	}

	@Test
	void everyPackageIsNullMarked() throws Exception {
		for (JavaClass type : MODULE) {
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
		assertThat(MODULE.size()).isGreaterThan(20);
		List<String> missing = new ArrayList<>();
		for (JavaClass javaClass : MODULE) {
			Class<?> type = Class.forName(javaClass.getName());
			assertThatNoException().as(type.getName())
				.isThrownBy(() -> List.of(type.getDeclaredMethods(), type.getDeclaredConstructors(),
						type.getDeclaredFields(), type.getAnnotations()));
			javaClass.getAccessesFromSelf()
				.stream()
				.filter((access) -> !access.getTargetOwner().isArray())
				.filter((access) -> access.getTarget().resolveMember().isEmpty())
				.map(JavaAccess::getDescription)
				.forEach(missing::add);
		}
		assertThat(missing).isEmpty();
	}

	@Test
	void everyClassThatIsNamedInTextIsThere() throws Exception {
		List<String> names = new ArrayList<>();
		for (String candidate : ImportCandidates.load(AutoConfiguration.class, null).getCandidates()) {
			if (candidate.startsWith("ai.tinyfish.")) {
				names.add(candidate);
				names.addAll(List.of(Class.forName(candidate).getAnnotation(AutoConfiguration.class).afterName()));
			}
		}
		List<URL> files = new ArrayList<>();
		for (String file : List.of("META-INF/spring.factories", "META-INF/spring/aot.factories")) {
			files.addAll(Collections.list(getClass().getClassLoader().getResources(file)));
		}
		for (URL factories : files) {
			Properties properties = PropertiesLoaderUtils.loadProperties(new UrlResource(factories));
			properties.forEach((type, implementations) -> {
				if (((String) implementations).contains("ai.tinyfish.")) {
					names.add((String) type);
					names.addAll(List.of(((String) implementations).split(",")));
				}
			});
		}
		assertThat(names)
			.contains(TinyFishAutoConfiguration.class.getName(),
					"ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationFailureAnalyzer",
					"ai.tinyfish.spring.webagent.WebAgentAotProcessor")
			.hasSizeGreaterThan(10)
			.allSatisfy((name) -> assertThat(Class.forName(name)).isNotNull());
	}

}
