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

package ai.tinyfish.orders;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

import ai.tinyfish.durable.DurableRunSecretsCodec;

class EncryptedSecrets implements DurableRunSecretsCodec {

	private static final int IV_LENGTH = 12;

	private final SecretKey key;

	EncryptedSecrets(SecretKey key) {
		this.key = key;
	}

	@Override
	public String encode(String secrets) {
		byte[] iv = new byte[IV_LENGTH];
		new SecureRandom().nextBytes(iv);
		byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, iv, secrets.getBytes(StandardCharsets.UTF_8));
		byte[] stored = Arrays.copyOf(iv, IV_LENGTH + encrypted.length);
		System.arraycopy(encrypted, 0, stored, IV_LENGTH, encrypted.length);
		return Base64.getEncoder().encodeToString(stored);
	}

	@Override
	public String decode(String stored) {
		byte[] bytes = Base64.getDecoder().decode(stored);
		return new String(cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, IV_LENGTH),
				Arrays.copyOfRange(bytes, IV_LENGTH, bytes.length)), StandardCharsets.UTF_8);
	}

	private byte[] cipher(int mode, byte[] iv, byte[] text) {
		try {
			Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
			cipher.init(mode, this.key, new GCMParameterSpec(128, iv));
			return cipher.doFinal(text);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("The secrets of a request cannot be encrypted or decrypted", ex);
		}
	}

}
