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

package ai.tinyfish.testing.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * Keys and self-signed certificates, made by the JDK's own tool.
 */
public final class KeyTool {

	private static final String PASSWORD = "changeit";

	private static final String ALIAS = "key";

	/** Reading the key of a PKCS12 store derives another key, slowly, each time. */
	private static final String TYPE = "JKS";

	private KeyTool() {
	}

	/**
	 * Make a key with a certificate.
	 * @param folder where to keep it for the moment
	 * @param names the names of the certificate, such as {@code dns:localhost}
	 * @return the key store
	 */
	public static KeyStore create(Path folder, String names) {
		try {
			Path file = Files.createTempFile(folder, "keys", ".jks");
			// the tool makes no keys in a file that is there and empty
			Files.delete(file);
			run(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
					"-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-keystore", file.toString(), "-storetype", TYPE,
					"-storepass", PASSWORD, "-keypass", PASSWORD, "-alias", ALIAS, "-keyalg", "EC", "-dname", "CN=test",
					"-ext", "san=" + names, "-validity", "2"));
			KeyStore keyStore = KeyStore.getInstance(TYPE);
			try (InputStream content = Files.newInputStream(file)) {
				keyStore.load(content, PASSWORD.toCharArray());
			}
			return keyStore;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void run(List<String> command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
				process.destroyForcibly();
				throw new IllegalStateException("keytool: " + output);
			}
		}
		catch (InterruptedException ex) {
			process.destroyForcibly();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A context.
	 * @param presented the key to present, or null for none
	 * @param trusted whose certificate to trust, or null for the JVM's
	 */
	public static SSLContext context(@Nullable KeyStore presented, @Nullable KeyStore trusted) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init((presented != null) ? keyManagers(presented) : null,
					(trusted != null) ? trustOnly(trusted).getTrustManagers() : null, null);
			return context;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyManager[] keyManagers(KeyStore keyStore) throws GeneralSecurityException {
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(keyStore, PASSWORD.toCharArray());
		return factory.getKeyManagers();
	}

	private static TrustManagerFactory trustOnly(KeyStore keyStore) throws GeneralSecurityException, IOException {
		KeyStore certificates = KeyStore.getInstance(TYPE);
		certificates.load(null, null);
		certificates.setCertificateEntry(ALIAS, keyStore.getCertificate(ALIAS));
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(certificates);
		return factory;
	}

}
