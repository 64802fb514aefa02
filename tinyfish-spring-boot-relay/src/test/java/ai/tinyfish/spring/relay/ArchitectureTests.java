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

package ai.tinyfish.spring.relay;

import java.util.ArrayList;
import java.util.List;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final JavaClasses MODULE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("ai.tinyfish.spring.relay");

	@Test
	void publicApiIsSmallAndKnown() {
		assertThat(MODULE.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("RelayFactory", "RelayMeters", "RelayRequest",
					"RunEventEmitters", "RunEventRelay", "Settings", "TinyFishRelayAutoConfiguration",
					"TinyFishRelayProperties", "TinyFishUnknownRunException");
	}

	@Test
	void autoConfigurationsAreFinalAndTheirBeanMethodsPackagePrivate() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.haveModifier(JavaModifier.FINAL)
			.check(MODULE);
		methods().that().areAnnotatedWith(Bean.class).should().bePackagePrivate().check(MODULE);
	}

	@Test
	void wiringIsInThePackageForIt() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.or()
			.areAnnotatedWith(ConfigurationProperties.class)
			.should()
			.resideInAPackage("..autoconfigure..")
			.check(MODULE);
		noClasses().that()
			.resideOutsideOfPackage("..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ai.tinyfish.spring.relay.autoconfigure")
			.check(MODULE);
	}

	@Test
	void internalsAndOtherOptionalModulesAreNotUsed() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("ai.tinyfish.internal..", "ai.tinyfish.simulator..", "ai.tinyfish.durable..")
			.check(MODULE);
	}

	@Test
	void supportOfCoreIsUsedByTheAutoConfigurationAlone() {
		noClasses().that()
			.doNotHaveSimpleName("TinyFishRelayAutoConfiguration")
			.should()
			.dependOnClassesThat(
					resideInAPackage("ai.tinyfish.support..").and(not(belongToAnyOf(LogText.class, RunLog.class))))
			.check(MODULE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".autoconfigure" })
	void packagesAreNullMarked(String name) throws Exception {
		assertThat(Class.forName("ai.tinyfish.spring.relay" + name + ".package-info")
			.isAnnotationPresent(NullMarked.class)).isTrue();
	}

	/**
	 * The JVM resolves methods that are called inside of methods at the call only.
	 */
	@Test
	void calledMembersExist() {
		List<String> missing = new ArrayList<>();
		for (JavaClass javaClass : MODULE) {
			javaClass.getAccessesFromSelf()
				.stream()
				.filter((access) -> !access.getTargetOwner().isArray())
				.filter((access) -> access.getTarget().resolveMember().isEmpty())
				.map(JavaAccess::getDescription)
				.forEach(missing::add);
		}
		assertThat(missing).isEmpty();
	}

}
