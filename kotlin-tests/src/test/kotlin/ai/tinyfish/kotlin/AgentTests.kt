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

import ai.tinyfish.WebAgents
import ai.tinyfish.webagent.Goal
import ai.tinyfish.webagent.InvalidWebAgentException
import ai.tinyfish.webagent.WebAgent
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import reactor.core.publisher.Mono

@WebAgent(url = "https://shop.example/{item}")
interface Shop {

    @Goal("What does {item} cost?")
    fun offer(item: String): Mono<Offer>
}

suspend fun price(shop: Shop, item: String) = shop.offer(item).awaitSingle().price

/** Agents as interfaces, declared in Kotlin. */
class AgentTests {

    @Test
    fun anAgentIsAwaitedInACoroutine() {
        Simulated("""{"name": "Desk", "price": 12.5, "note": null}""").use {
            val shop = WebAgents.builder().reactiveClient(it.reactiveClient).build().create(Shop::class.java)

            assertThat(runBlocking { price(shop, "desk") }).isEqualByComparingTo("12.5")
        }
    }

    @Test
    fun aSuspendFunctionIsRefusedWithACure() {
        Simulated().use {
            val agents = WebAgents.builder().client(it.client).reactiveClient(it.reactiveClient).build()

            for (type in listOf(Suspending::class.java, SuspendingWithout::class.java)) {
                assertThatExceptionOfType(InvalidWebAgentException::class.java)
                    .isThrownBy { agents.create(type) }
                    .withMessageContaining("suspend")
                    .withMessageContaining("awaitSingle")
            }
        }
    }

    @WebAgent(url = "https://shop.example")
    interface Suspending {

        @Goal("What does {item} cost?")
        suspend fun offer(item: String): Offer
    }

    @WebAgent(url = "https://shop.example")
    interface SuspendingWithout {

        @Goal("What is the cheapest offer?")
        suspend fun offer(): Offer
    }
}
