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

package ai.tinyfish.durable.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import static org.awaitility.Awaitility.await;

/**
 * A server of PostgreSQL that crashes and starts again with its data. Committed rows are
 * not forgotten.
 */
final class PostgreSqlServer implements AutoCloseable {

	private final Path data;

	private final int port;

	private EmbeddedPostgres server;

	/**
	 * Start a server.
	 * @param directory where it creates its data
	 */
	PostgreSqlServer(Path directory) throws IOException {
		this.data = directory.resolve("postgresql");
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.port = socket.getLocalPort();
		}
		this.server = run();
	}

	private EmbeddedPostgres run() throws IOException {
		return EmbeddedPostgres.builder()
			.setPort(this.port)
			.setDataDirectory(this.data)
			.setCleanDataDirectory(false)
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("fsync", "on")
			.start();
	}

	/**
	 * Return the properties with which an application uses it.
	 */
	List<String> properties() {
		return List.of("spring.datasource.url=" + this.server.getJdbcUrl("postgres", "postgres"),
				"spring.datasource.hikari.auto-commit=false", "spring.datasource.hikari.connection-timeout=2000",
				"tinyfish.durable.initialize-schema=always");
	}

	/**
	 * Stop as a crash does: without a checkpoint, and without ending transactions.
	 */
	void crash() throws Exception {
		List<String> file = Files.readAllLines(this.data.resolve("postmaster.pid"));
		ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(file.get(0).strip())).orElseThrow();
		new ProcessBuilder("kill", "-QUIT", String.valueOf(postmaster.pid())).inheritIO().start().waitFor();
		await().atMost(SharedDatabase.SOON).until(() -> !postmaster.isAlive());
		this.server.close();
	}

	/**
	 * Start again after a crash.
	 */
	void restart() throws IOException {
		this.server = run();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
