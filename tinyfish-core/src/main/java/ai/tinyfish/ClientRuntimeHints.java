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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Hints for the types that Jackson reads or writes, and for the optional classes that are
 * searched by name.
 */
final class ClientRuntimeHints implements RuntimeHintsRegistrar {

	/** By name, since some of them are private; with the types that annotations name. */
	private static final List<String> JSON_TYPES = List.of("agent.OpenRun", "agent.OpenRun$Builder",
			"agent.OpenRun$State", "agent.event.ApiResultEvent", "agent.event.CompleteEvent",
			"agent.event.HeartbeatEvent", "agent.event.ProgressEvent", "agent.event.StartedEvent",
			"agent.event.StreamingUrlEvent", "agent.event.UnknownEvent", "browser.BrowserUsage", "fetch.FetchError",
			"fetch.FetchResponse", "fetch.FetchResult", "fetch.FetchUsage", "fetch.PageContent",
			"fetch.PageContent$Deserializer", "fetch.PageContent$Serializer", "internal.area.BatchAnswer",
			"internal.area.BrowserCalls$CreatedSession", "internal.json.JsonFields",
			"internal.json.JsonMap$ValueDeserializer", "internal.json.LazyJson", "internal.json.LazyJson$Deserializer",
			"internal.json.RawJson$Deserializer", "internal.json.RawJson$Serializer",
			"internal.json.TolerantDeserializer", "internal.poll.RunCalls$Page", "internal.poll.RunCalls$Page$Place",
			"profile.Profile", "profile.SavedProfile", "profile.SetupSession",
			"profile.SetupSession$SecondsDeserializer", "run.AbstractRun", "run.AgentRun", "run.CancelledRun",
			"run.CancelledRuns", "run.GoalOutcome", "run.GoalVerdict", "run.Pagination", "run.QueuedRun", "run.Run",
			"run.Run$BrowserConfig", "run.RunBatch", "run.RunDocument", "run.RunError", "run.RunPage", "run.RunResult",
			"run.RunResult$Deserializer", "run.RunResult$Serializer", "run.RunStep", "run.SchemaValidation",
			"run.SchemaValidation$Violation", "run.Seconds", "search.SearchPage", "search.SearchResult",
			"search.SearchUsage", "support.agent.AgentRequestJson$Document", "usage.UsagePage", "vault.ConnectedVault",
			"vault.DisconnectedVault", "vault.SyncedVault", "vault.SyncedVault$Summary", "vault.VaultConnection",
			"vault.VaultItem", "vault.VaultItem$Field", "wallet.Wallet", "wallet.Wallet$AutoReload",
			"wallet.Wallet$PendingTopUp", "wallet.Wallet$Rate", "wallet.Wallet$Rates");

	/** Their components are read for their descriptions. */
	private static final List<String> DESCRIBED_TYPES = List.of("agent.QueuedBatch",
			"webagent.WebAgentMethod$Parameter");

	private static final List<String> OPTIONAL_CLASSES = List.of("io.micrometer.context.ContextSnapshotFactory",
			"io.netty.channel.epoll.EpollSocketChannel", "kotlinx.coroutines.reactor.MonoKt");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		JSON_TYPES.forEach((name) -> hints.reflection()
			.registerType(TypeReference.of("ai.tinyfish." + name), MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
					MemberCategory.INVOKE_DECLARED_METHODS, MemberCategory.ACCESS_DECLARED_FIELDS));
		DESCRIBED_TYPES.forEach((name) -> hints.reflection()
			.registerType(TypeReference.of("ai.tinyfish." + name), MemberCategory.INVOKE_DECLARED_METHODS));
		OPTIONAL_CLASSES.forEach((name) -> hints.reflection().registerTypeIfPresent(classLoader, name));
		// called by KotlinSupport
		hints.reflection()
			.registerTypeIfPresent(classLoader, "tools.jackson.module.kotlin.KotlinModule$Builder",
					MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS, MemberCategory.INVOKE_PUBLIC_METHODS)
			.registerTypeIfPresent(classLoader, "tools.jackson.module.kotlin.KotlinFeature",
					MemberCategory.ACCESS_PUBLIC_FIELDS);
	}

}
