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

import ai.tinyfish.ReactiveTinyFishClient
import ai.tinyfish.TinyFishClient
import ai.tinyfish.WebAgents
import ai.tinyfish.run.RunResult
import ai.tinyfish.webagent.Goal
import ai.tinyfish.webagent.InvalidWebAgentException
import ai.tinyfish.webagent.WebAgent
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import java.io.File
import java.net.URLClassLoader
import java.util.concurrent.Callable
import java.util.concurrent.ConcurrentHashMap

/** Kotlin applications that lack a part of Kotlin's support, or do not use it. */
class ClassPathTests {

    @ParameterizedTest
    @ValueSource(strings = ["jackson-module-kotlin", "kotlin-reflect"])
    fun aKotlinClassIsRefusedBeforeAnythingIsSentWhereSupportIsMissing(jar: String) {
        ApplicationClassLoader(without = jar).use {
            assertThat(it.call(OutputType::class.java)).isEqualTo(
                "No output schema can be created for ai.tinyfish.kotlin.Money: it is a Kotlin class, and" +
                    " jackson-module-kotlin or kotlin-reflect, with which it would be read, is missing on the class" +
                    " path. Set a schema of your own with outputSchema(Map)",
            )
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["jackson-module-kotlin", "kotlin-reflect"])
    fun aKotlinClassIsReadLikeAJavaClassWhereSupportIsMissing(jar: String) {
        ApplicationClassLoader(without = jar).use {
            assertThat(it.call(Conversion::class.java)).isEqualTo(
                listOf("Money(amount=1, currency=USD)", "TinyFishResultMappingException"),
            )
        }
    }

    @Test
    fun theStartOfAnApplicationLoadsNoKotlinModule() {
        ApplicationClassLoader().use {
            it.call(UnusedClient::class.java)
            assertThat(it.loaded).contains(TinyFishClient::class.java.name)
                .noneMatch { name -> name.startsWith("tools.jackson.module.kotlin.") }

            it.call(Conversion::class.java)
            assertThat(it.loaded).anyMatch { name -> name.startsWith("tools.jackson.module.kotlin.") }
        }
    }

    @Test
    fun aSuspendFunctionIsRefusedWhereCoroutinesAreMissing() {
        ApplicationClassLoader(without = "kotlinx-coroutines-reactor").use {
            assertThat(it.call(SuspendingAgent::class.java)).asString()
                .contains("a suspend function needs kotlinx-coroutines-reactor, which is not on the class path")
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["jackson-module-kotlin", "kotlin-reflect"])
    fun aSuspendFunctionNeedsNoSupportForKotlinClasses(jar: String) {
        ApplicationClassLoader(without = jar).use {
            assertThat(it.call(SuspendingAgent::class.java)).isEqualTo("Web agent " + Titles::class.java.name)
        }
    }

    @WebAgent(url = "https://example.com/{item}")
    interface Titles {

        @Goal("What is the title of {item}?")
        suspend fun title(item: String): String
    }

    class SuspendingAgent : Callable<Any?> {

        override fun call(): Any? =
            ReactiveTinyFishClient.builder().apiKey("sk-tinyfish-test").build().use { client ->
                try {
                    WebAgents.builder().reactiveClient(client).build().create(Titles::class.java).toString()
                } catch (ex: InvalidWebAgentException) {
                    ex.message
                }
            }
    }

    class OutputType : Callable<Any?> {

        override fun call(): Any? = try {
            REQUEST.withOutputType(Money::class.java)
        } catch (ex: IllegalArgumentException) {
            ex.message
        }
    }

    class Conversion : Callable<Any?> {

        override fun call(): Any? =
            listOf("""{"amount": 1, "currency": "USD"}""", """{"amount": 1}""").map {
                try {
                    RunResult.ofJson(it).to(Money::class.java).toString()
                } catch (ex: RuntimeException) {
                    ex.javaClass.simpleName
                }
            }
    }

    class UnusedClient : Callable<Any?> {

        override fun call(): Any? {
            TinyFishClient.builder().apiKey("sk-tinyfish-test").build().close()
            return REQUEST
        }
    }

    /** Class loader with classes of its own for the class path, which may lack a jar. */
    private class ApplicationClassLoader(without: String? = null) : URLClassLoader(
        System.getProperty("java.class.path").split(File.pathSeparator).map { File(it) }
            .filter { without == null || !it.name.startsWith("$without-") }
            .map { it.toURI().toURL() }
            .toTypedArray(),
        getPlatformClassLoader(),
    ) {

        val loaded: MutableSet<String> = ConcurrentHashMap.newKeySet()

        override fun findClass(name: String): Class<*> {
            loaded.add(name)
            return super.findClass(name)
        }

        fun call(application: Class<out Callable<Any?>>): Any? =
            (loadClass(application.name).getConstructor().newInstance() as Callable<*>).call()
    }
}
