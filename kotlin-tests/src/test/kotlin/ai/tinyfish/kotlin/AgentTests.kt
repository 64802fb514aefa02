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
import ai.tinyfish.WebAgents
import ai.tinyfish.agent.AgentRequest
import ai.tinyfish.agent.RunContext
import ai.tinyfish.agent.RunHandle
import ai.tinyfish.agent.TinyFishRunListener
import ai.tinyfish.agent.event.AgentEvent
import ai.tinyfish.agent.event.CompleteEvent
import ai.tinyfish.agent.event.ProgressEvent
import ai.tinyfish.agent.event.StartedEvent
import ai.tinyfish.run.AgentRun
import ai.tinyfish.run.TinyFishGoalMissedException
import ai.tinyfish.run.TinyFishResultMappingException
import ai.tinyfish.run.TinyFishRunFailedException
import ai.tinyfish.run.TypedRun
import ai.tinyfish.settings.AbandonPolicy
import ai.tinyfish.simulator.Scenario
import ai.tinyfish.webagent.Goal
import ai.tinyfish.webagent.InvalidWebAgentException
import ai.tinyfish.webagent.RunTag
import ai.tinyfish.webagent.RunTimeout
import ai.tinyfish.webagent.WebAgent
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.assertj.core.api.Assertions.assertThatIllegalArgumentException
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import reactor.core.publisher.Mono
import java.math.BigDecimal
import java.time.Duration
import java.util.Optional
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.function.Consumer
import kotlin.reflect.KClass

@WebAgent(url = "https://shop.example/{item}")
interface Shop {

    @Goal("What does {item} cost?")
    suspend fun offer(item: String): Offer

    @Goal("Watch the price of {item}")
    fun watch(item: String): Flow<AgentEvent>

    suspend fun price(item: String) = offer(item).price
}

fun purposes(shop: Shop, item: String): Flow<String?> =
    shop.watch(item).filterIsInstance<ProgressEvent>().map { it.purpose() }

/** Agents as interfaces, declared in Kotlin. */
class AgentTests {

    @Test
    fun aSuspendFunctionReturnsTheResultOfItsRun() {
        Simulated(DESK).use {
            val shop = it.agent<Shop>()

            assertThat(runBlocking { shop.price("desk") }).isEqualByComparingTo("12.5")
            val sent = it.simulator.journal().runs().single().request()
            assertThat(sent.endpoint()).isEqualTo("POST /v1/automation/run-sse")
            assertThat(sent.url()).isEqualTo("https://shop.example/desk")
            assertThat(sent.goal()).startsWith("What does <item>desk</item> cost?")
            assertThat(it.sentSchema().get("required").toString()).isEqualTo("""["name","price"]""")
        }
    }

    @Test
    fun aSuspendFunctionWaitsWithoutAThread() {
        Simulated(DESK).use {
            val shop = it.agent<Shop>()

            runBlocking {
                assertThat((1..8).map { async { shop.price("desk") } }.awaitAll()).hasSize(8)
            }
        }
    }

    @Test
    fun aSuspendFunctionReturnsWhatAMonoMayHave() {
        Simulated(DESK).use {
            val forms = it.agent<Forms>()
            val desk = Offer("Desk", BigDecimal("12.5"), note = null)

            runBlocking {
                assertThat(forms.found("desk")).contains(desk)
                assertThat(forms.typed().value()).isEqualTo(desk)
                assertThat(forms.run().result().toMap()).containsEntry("name", "Desk")
                assertThat(forms.find(listOf("desk", "chair"))).isEqualTo(desk)
                assertThat(forms.tagged("order-1", Duration.ofMinutes(1)) { request -> request.useVault(true) })
                    .isEqualTo(desk)
            }
            assertThat(it.simulator.journal().submissions("\"use_vault\":true")).hasSize(1)
            assertThat(it.simulator.journal().submissions("<items>desk</items>, <items>chair</items>")).hasSize(1)
        }
    }

    @Test
    fun numbersAndListsAreResultsOfASuspendFunction() {
        Simulated().use {
            it.simulator.given("How many", Scenario.completed(mapOf("value" to 3)))
            it.simulator.given("List", Scenario.completed(mapOf("items" to listOf(mapOf("name" to "Desk")))))
            val forms = it.agent<Forms>()

            runBlocking {
                assertThat(forms.count()).isEqualTo(3)
                assertThat(forms.items().single().name).isEqualTo("Desk")
            }
        }
    }

    @Test
    fun aSuspendFunctionThrowsWhatAMethodThatWaitsThrows() {
        Simulated().use {
            val shop = it.agent<Shop>()

            it.simulator.given("", Scenario.failed("TASK_FAILED", "Broke"))
            assertThatExceptionOfType(TinyFishRunFailedException::class.java)
                .isThrownBy { runBlocking(Dispatchers.Default) { shop.offer("desk") } }
            it.simulator.given("", Scenario.completed(mapOf("success" to false, "reason" to "captcha")))
            assertThatExceptionOfType(TinyFishGoalMissedException::class.java)
                .isThrownBy { runBlocking { shop.offer("desk") } }
                .withMessageContaining("of ai.tinyfish.kotlin.Shop.offer missed its goal")
                .satisfies({ ex -> assertThat(ex.run().result().toMap()).containsEntry("reason", "captcha") })
            it.simulator.given("", Scenario.completed(mapOf("name" to "Desk", "price" to "much")))
            assertThatExceptionOfType(TinyFishResultMappingException::class.java)
                .isThrownBy { runBlocking { shop.offer("desk") } }
            assertThatIllegalArgumentException().isThrownBy { runBlocking { shop.offer("..") } }
            assertThat(it.simulator.journal().runsCreated()).isEqualTo(3)
        }
    }

    @Test
    fun cancellingACoroutineAbandonsItsRun() {
        Simulated().use {
            it.simulator.given("", Scenario.builder().neverEnds().build())
            // a run whose id is not known yet cannot be cancelled
            val started = CountDownLatch(1)
            val listener = object : TinyFishRunListener {
                override fun started(run: RunContext, event: StartedEvent) = started.countDown()
            }
            ReactiveTinyFishClient.builder().apiKey(it.simulator.apiKey()).baseUrl(it.simulator.baseUrl())
                .runListener(listener).onClose(AbandonPolicy.CANCEL).build().use { client ->
                    val shop = WebAgents.builder().reactiveClient(client).build().create(Shop::class.java)

                    runBlocking {
                        val call = launch(Dispatchers.Default) { shop.offer("desk") }
                        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue()
                        call.cancelAndJoin()
                        assertThat(call.isCancelled).isTrue()
                    }
                    val id = it.simulator.journal().runs().single().id()
                    await().atMost(Duration.ofSeconds(60)).until { it.simulator.journal().cancels(id).isNotEmpty() }
                }
        }
    }

    @Test
    fun aCoroutineThatIsAlreadyCancelledStartsNoRun() {
        Simulated(DESK).use {
            val shop = it.agent<Shop>()

            runBlocking {
                val call = launch {
                    cancel()
                    shop.offer("desk")
                }
                call.join()
                assertThat(call.isCancelled).isTrue()
                assertThat(shop.price("chair")).isEqualByComparingTo("12.5")
            }
            assertThat(it.simulator.journal().submissions("desk")).isEmpty()
        }
    }

    @Test
    fun aFlowHasTheEventsOfARunWithEachCollection() {
        Simulated(DESK).use {
            val shop = it.agent<Shop>()
            val events = shop.watch("desk")

            assertThat(it.simulator.journal().runsCreated()).isZero()
            runBlocking {
                assertThat(events.toList()).last().isInstanceOf(CompleteEvent::class.java)
                assertThat(purposes(shop, "desk").first()).isNotBlank()
            }
            assertThat(it.simulator.journal().runsCreated()).isEqualTo(2)
        }
    }

    @Test
    fun aMonoIsAwaitedInACoroutine() {
        Simulated(DESK).use {
            val forms = it.agent<Forms>()

            assertThat(runBlocking { forms.later().awaitSingle().name }).isEqualTo("Desk")
        }
    }

    @Test
    fun returnTypeThatNoSuspendFunctionCanHaveIsRefused() {
        Simulated().use {
            for ((type, reason) in mapOf(
                SuspendsForNothing::class to "kotlin.Unit is not the type of a result",
                SuspendsForAHandle::class to "RunHandle is not waited for",
                SuspendsForAMono::class to "is not waited for",
                SuspendsForAFlow::class to "is not waited for",
                FlowOfResults::class to "a Flow is one of events",
                AcceptingFlow::class to "acceptMissed has no effect on a method that returns Flow",
                AcceptingTypedRun::class to "acceptMissed has no effect on a method that returns TypedRun",
                OpenSuspending::class to "type variable T of the method itself is not resolved",
            )) {
                refused(it, type, reason)
            }
        }
    }

    private fun refused(simulated: Simulated, type: KClass<*>, reason: String) {
        val agents = WebAgents.builder().client(simulated.client).reactiveClient(simulated.reactiveClient).build()

        assertThatExceptionOfType(InvalidWebAgentException::class.java)
            .isThrownBy { agents.create(type.java) }
            .withMessageContaining(reason)
    }

    @Test
    fun aSuspendFunctionNeedsTheReactiveClient() {
        Simulated().use {
            assertThatExceptionOfType(InvalidWebAgentException::class.java)
                .isThrownBy { WebAgents.create(Shop::class.java, it.client) }
                .withMessageContaining("needs a ReactiveTinyFishClient, which is missing")
        }
    }

    private inline fun <reified T : Any> Simulated.agent(): T =
        WebAgents.builder().reactiveClient(reactiveClient).build().create(T::class.java)

    interface Named {

        val name: String
    }

    open class Item(override val name: String) : Named

    interface Finder<T> {

        @Goal("Find one of {items}")
        suspend fun find(items: List<String>): T
    }

    @WebAgent(url = "https://shop.example")
    interface Forms : Finder<Offer> {

        @Goal("Find {item}")
        suspend fun found(item: String): Optional<Offer>

        @Goal("Find it")
        suspend fun typed(): TypedRun<Offer>

        @Goal("Find it")
        suspend fun run(): AgentRun

        @Goal("Find it")
        fun later(): Mono<Offer>

        @Goal("How many are there?")
        suspend fun count(): Int

        @Goal("List them")
        suspend fun items(): List<Item>

        @Goal("Find it")
        suspend fun tagged(
            @RunTag order: String?,
            @RunTimeout limit: Duration?,
            request: Consumer<AgentRequest.Builder>,
        ): Offer
    }

    @WebAgent(url = "https://shop.example")
    interface SuspendsForNothing {

        @Goal("Read")
        suspend fun read()
    }

    @WebAgent(url = "https://shop.example")
    interface SuspendsForAHandle {

        @Goal("Read")
        suspend fun read(): RunHandle
    }

    @WebAgent(url = "https://shop.example")
    interface SuspendsForAMono {

        @Goal("Read")
        suspend fun read(): Mono<Offer>
    }

    @WebAgent(url = "https://shop.example")
    interface SuspendsForAFlow {

        @Goal("Read")
        suspend fun read(): Flow<AgentEvent>
    }

    @WebAgent(url = "https://shop.example")
    interface FlowOfResults {

        @Goal("Read")
        fun read(): Flow<Offer>
    }

    @WebAgent(url = "https://shop.example")
    interface AcceptingFlow {

        @Goal("Read", acceptMissed = true)
        fun read(): Flow<AgentEvent>
    }

    @WebAgent(url = "https://shop.example")
    interface AcceptingTypedRun {

        @Goal("Read", acceptMissed = true)
        suspend fun read(): TypedRun<Offer>
    }

    @WebAgent(url = "https://shop.example")
    interface OpenSuspending {

        @Goal("Read")
        suspend fun <T> read(): T
    }

    private companion object {

        const val DESK = """{"name": "Desk", "price": 12.5, "note": null}"""
    }
}
