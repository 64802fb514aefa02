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
import ai.tinyfish.run.TinyFishRunFailedException
import ai.tinyfish.simulator.Scenario
import ai.tinyfish.simulator.TinyFishSimulator
import ai.tinyfish.spring.webagent.ImportWebAgents
import ai.tinyfish.webagent.Goal
import ai.tinyfish.webagent.WebAgent
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment
import org.springframework.boot.test.system.CapturedOutput
import org.springframework.boot.test.system.OutputCaptureExtension
import org.springframework.cache.annotation.Cacheable
import org.springframework.cache.annotation.EnableCaching
import org.springframework.cache.concurrent.ConcurrentMapCacheManager
import org.springframework.context.annotation.Bean
import org.springframework.resilience.annotation.EnableResilientMethods
import org.springframework.resilience.annotation.Retryable
import org.springframework.test.annotation.DirtiesContext
import org.springframework.test.context.TestConstructor
import org.springframework.test.context.TestConstructor.AutowireMode
import java.time.Duration

/** A Spring Boot application in Kotlin, with the starter. */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = ["tinyfish.simulator.enabled=true"])
@ExtendWith(OutputCaptureExtension::class)
@DirtiesContext
@TestConstructor(autowireMode = AutowireMode.ALL)
class KotlinApplicationTests(
    private val simulator: TinyFishSimulator,
    private val listener: OfferListener,
    private val client: ReactiveTinyFishClient,
    private val lamps: Lamps,
) {

    @BeforeEach
    fun everyRunFindsTheLamp() {
        simulator.given("", Scenario.completed(mapOf("name" to "Lamp", "price" to 12)))
    }

    @Test
    fun listenersOfApplicationEventsReadDataClasses(output: CapturedOutput) {
        listener.watch("https://example.com")

        await().atMost(Duration.ofSeconds(60)).until { output.out.contains("order-42: 12 EUR") }
    }

    @Test
    fun aCaptchaIsReportedAndNotRead(output: CapturedOutput) {
        simulator.given("", Scenario.completed(mapOf("status" to "failure", "reason" to "A captcha")))

        listener.watch("https://example.com")

        await().atMost(Duration.ofSeconds(60)).until { output.out.contains("order-42: GoalVerdict") }
        assertThat(output.out).doesNotContain("A listener failed")
    }

    @Test
    fun theReactiveClientIsInjected() {
        val offer = runBlocking { awaitOffer(client, "https://example.com") }

        assertThat(offer.currency).isEqualTo("EUR")
    }

    @Test
    fun suspendFunctionsOfABeanAreCached() {
        runBlocking {
            assertThat(lamps.cached("lamp").name).isEqualTo("Lamp")
            assertThat(lamps.cached("lamp").name).isEqualTo("Lamp")
        }
        assertThat(simulator.journal().submissions("<item>lamp</item> now")).hasSize(1)
    }

    @Test
    fun suspendFunctionsAreNotRepeated() {
        simulator.given("retried", Scenario.failed("TASK_FAILED", "Broke"))

        assertThat(catchThrowable { runBlocking { lamps.retried("lamp") } })
            .isInstanceOf(TinyFishRunFailedException::class.java)
        assertThat(simulator.journal().submissions("retried")).hasSize(1)
    }

    @WebAgent(url = "https://shop.example/{item}")
    interface Lamps {

        @Cacheable("lamps")
        @Goal("Find {item} now")
        suspend fun cached(item: String): Offer

        @Retryable(includes = [TinyFishRunFailedException::class], maxRetries = 1, delay = 1)
        @Goal("Find {item}, retried")
        suspend fun retried(item: String): Offer
    }

    @SpringBootApplication(proxyBeanMethods = false)
    @EnableCaching
    @EnableResilientMethods
    @ImportWebAgents(Lamps::class)
    class Application {

        @Bean
        fun cacheManager() = ConcurrentMapCacheManager()
    }
}
