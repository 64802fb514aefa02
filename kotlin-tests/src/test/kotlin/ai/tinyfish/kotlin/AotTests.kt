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

package ai.tinyfish.kotlin

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration
import ai.tinyfish.spring.webagent.ImportWebAgents
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.aot.generate.ClassNameGenerator
import org.springframework.aot.generate.DefaultGenerationContext
import org.springframework.aot.generate.InMemoryGeneratedFiles
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates
import org.springframework.context.annotation.AnnotationConfigApplicationContext
import org.springframework.context.annotation.Configuration
import org.springframework.context.aot.ApplicationContextAotGenerator
import org.springframework.javapoet.ClassName
import tools.jackson.module.kotlin.KotlinFeature
import tools.jackson.module.kotlin.KotlinModule

/** Ahead-of-time processing of agents that are declared in Kotlin. */
class AotTests {

    @Test
    fun resultsOfSuspendFunctionsHaveHints() {
        assertThat(RuntimeHintsPredicates.reflection().onType(Offer::class.java)).accepts(hints())
    }

    @Test
    fun optionalClassesOfKotlinHaveHints() {
        val hints = hints()
        val reflection = RuntimeHintsPredicates.reflection()
        assertThat(reflection.onType(Class.forName("kotlinx.coroutines.reactor.MonoKt"))).accepts(hints)
        assertThat(reflection.onConstructorInvocation(KotlinModule.Builder::class.java.getConstructor())).accepts(hints)
        assertThat(reflection.onMethodInvocation(KotlinModule.Builder::class.java, "configure")).accepts(hints)
        assertThat(reflection.onMethodInvocation(KotlinModule.Builder::class.java, "build")).accepts(hints)
        assertThat(reflection.onFieldAccess(KotlinFeature::class.java, "NewStrictNullChecks")).accepts(hints)
    }

    private fun hints() = AnnotationConfigApplicationContext().use { context ->
        context.register(TinyFishAutoConfiguration::class.java, Agents::class.java)
        val generation = DefaultGenerationContext(
            ClassNameGenerator(ClassName.get(AotTests::class.java)),
            InMemoryGeneratedFiles(),
        )
        ApplicationContextAotGenerator().processAheadOfTime(context, generation)
        generation.runtimeHints
    }

    @Configuration(proxyBeanMethods = false)
    @ImportWebAgents(Shop::class)
    class Agents
}
