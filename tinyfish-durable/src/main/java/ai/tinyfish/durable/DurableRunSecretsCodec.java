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

package ai.tinyfish.durable;

/**
 * Strategy interface to encode the secrets of a request (such as proxy password and
 * webhook URL), which are stored until it was sent. Without a bean of this type they are
 * stored as plain text. A bean that encrypts them protects them from readers of the
 * database or its backups.
 *
 * @since 0.1.0
 */
public interface DurableRunSecretsCodec {

	/**
	 * Encode secrets to be stored.
	 * @param secrets the secrets, a JSON text
	 * @return the text to store, without the character U+0000
	 */
	String encode(String secrets);

	/**
	 * Decode stored secrets, on any instance of the application. If this throws, the
	 * request is not sent, and it is tried again later.
	 * @param stored the text that was stored
	 * @return the secrets
	 */
	String decode(String stored);

}
