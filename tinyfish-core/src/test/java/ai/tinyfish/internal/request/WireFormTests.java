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

package ai.tinyfish.internal.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.fetch.FetchRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link WireForm}.
 */
class WireFormTests {

	private static final RunOrigin ORIGIN = new RunOrigin("com.example.Shop", "price", null);

	@Test
	void theOriginOfARequestIsKeptButNeitherSentNorPartOfItsValue() {
		AgentRequest plain = AgentRequest.of("https://shop.example", "g");
		AgentRequest.Builder builder = plain.toBuilder();
		WireForm.ofBuilder(builder).origin(ORIGIN);
		AgentRequest declared = builder.build();
		assertThat(RunOrigin.of(plain)).isSameAs(RunOrigin.NONE);
		assertThat(RunOrigin.of(declared)).isEqualTo(ORIGIN);
		assertThat(RunOrigin.of(declared.withTag("t"))).isEqualTo(ORIGIN);
		assertThat(RunOrigin.of(declared.toBuilder().goal("other").build())).isEqualTo(ORIGIN);
		assertThat(declared).isEqualTo(plain).hasSameHashCodeAs(plain);
		assertThat(WireForm.of(declared)).isEqualTo(WireForm.of(plain));
	}

	@Test
	void fieldsThatWereReadAreCopiedDeeplyAndReplaceOrRemoveOthers() {
		AgentRequest.Builder builder = AgentRequest.builder().url("https://shop.example").goal("g").useVault(true);
		List<String> items = new ArrayList<>(List.of("a"));
		Map<String, Object> fields = WireForm.of(builder.build());
		fields.put("credential_item_ids", items);
		fields.put("goal", "other");
		WireForm.ofBuilder(builder).setAll(fields);
		items.add("b");
		assertThat(builder.build().credentialItemIds()).containsExactly("a");
		assertThat(builder.build().goal()).isEqualTo("other");
		fields.replaceAll((name, value) -> name.equals("credential_item_ids") ? null : value);
		WireForm.ofBuilder(builder).setAll(fields);
		assertThat(builder.build().credentialItemIds()).isNull();
	}

	@Test
	void changesToAFormDoNotChangeTheRequest() {
		AgentRequest request = AgentRequest.of("https://shop.example", "g");
		WireForm.of(request).put("goal", "other");
		AgentRequest.Builder builder = request.toBuilder();
		AgentRequest built = builder.build();
		builder.goal("other");
		assertThat(request.goal()).isEqualTo("g");
		assertThat(built).isEqualTo(request);
	}

	@Test
	void aBuilderWithoutAFormIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> WireForm.ofBuilder(FetchRequest.builder()))
			.withMessage("No wire form of ai.tinyfish.fetch.FetchRequest$Builder");
	}

}
