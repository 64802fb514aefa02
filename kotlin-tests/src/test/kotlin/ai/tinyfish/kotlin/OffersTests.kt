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

import ai.tinyfish.simulator.Scenario
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** The examples of the page about Kotlin, with both clients. */
class OffersTests {

    @Test
    fun aDataClassIsReadWithItsDefaults() {
        Simulated(OFFER).use {
            assertThat(offer(it.client, URL)).isEqualTo(EXPECTED)
        }
    }

    @Test
    fun aListOfDataClassesIsRead() {
        Simulated("""{"items": [$OFFER]}""").use {
            assertThat(offers(it.client, URL)).containsExactly(EXPECTED)
        }
    }

    @Test
    fun aRunIsAwaitedInACoroutine() {
        Simulated("""{"title": "Example Domain"}""").use {
            assertThat(inCoroutine { awaitTitle(it.reactiveClient, URL) }).isEqualTo("Example Domain")
        }
        Simulated(OFFER).use {
            assertThat(inCoroutine { awaitOffer(it.reactiveClient, URL) }).isEqualTo(EXPECTED)
        }
    }

    @Test
    fun theEventsOfARunAreAFlow() {
        Simulated().use {
            it.simulator.given("", Scenario.builder().steps("look", "read").result("done").build())

            assertThat(inCoroutine { steps(it.reactiveClient, REQUEST).toList() }).containsExactly("look", "read")
        }
    }

    @Test
    fun aFlowThatIsLeftClosesItsStream() {
        Simulated().use {
            it.simulator.given("", Scenario.builder().steps("look").neverEnds().build())

            assertThat(inCoroutine { steps(it.reactiveClient, REQUEST).first() }).isEqualTo("look")

            await().atMost(Duration.ofSeconds(20)).until { it.simulator.journal().openStreams() == 0 }
        }
    }

    companion object {

        private const val URL = "https://example.com"

        private const val OFFER = """{"name": "Lamp", "price": 12.75}"""

        private val EXPECTED = Offer(name = "Lamp", price = "12.75".toBigDecimal(), note = null)

        private fun <T> inCoroutine(block: suspend () -> T): T = runBlocking { withTimeout(20.seconds) { block() } }
    }
}
