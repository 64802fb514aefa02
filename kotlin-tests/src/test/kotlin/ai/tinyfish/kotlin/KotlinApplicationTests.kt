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
import ai.tinyfish.simulator.Scenario
import ai.tinyfish.simulator.TinyFishSimulator
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment
import org.springframework.boot.test.system.CapturedOutput
import org.springframework.boot.test.system.OutputCaptureExtension
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
    fun theReactiveClientIsInjected() {
        val offer = runBlocking { awaitOffer(client, "https://example.com") }

        assertThat(offer.currency).isEqualTo("EUR")
    }

    @SpringBootApplication(proxyBeanMethods = false)
    class Application
}
