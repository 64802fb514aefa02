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

package ai.tinyfish.spring.test.cassette;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.type.TypeReference;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.function.ThrowingFunction;

/**
 * File of recorded runs. Several tests and JVMs may add to it at the same time, and a
 * reader sees the file before or after, never in between.
 */
final class CassetteFile {

	static final int MAX_RUN_BYTES = 1024 * 1024;

	static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {
	};

	private static final String RECORDED_AT = "/times/recorded_at";

	private static final int FORMAT = 1;

	/** Files of the recordings that this JVM has renewed, by those that they replace. */
	private static final Map<Path, Path> RENEWED = new ConcurrentHashMap<>();

	private final Path file;

	private final Path source;

	CassetteFile(Path file) {
		this(file, file);
	}

	private CassetteFile(Path file, Path source) {
		this.file = file;
		this.source = source;
	}

	/**
	 * Return a file that keeps no recording from before this JVM. It stays as it is until
	 * the first one is added.
	 */
	static CassetteFile renewed(Path file) {
		return new CassetteFile(file, RENEWED.computeIfAbsent(file.toAbsolutePath(), ThrowingFunction
			.of((key) -> Files.createTempDirectory("tinyfish-cassette").resolve(file.getFileName()))));
	}

	Path path() {
		return this.file;
	}

	/**
	 * Return the file with the recordings that are replayed.
	 */
	Path source() {
		return this.source;
	}

	/**
	 * Return the time of the oldest recording in the file, or a text that is later than
	 * any time if the file has no recording.
	 */
	String oldest() {
		return runs().stream()
			.map((run) -> run.at(RECORDED_AT).asString("none"))
			.min(Comparator.naturalOrder())
			.orElse("none");
	}

	/**
	 * Check, before a run costs anything, that it can be written.
	 * @param request the request as it is to be read
	 * @param secrets the values that must not be in the file, with their names
	 * @throws IllegalStateException if it cannot
	 */
	void check(Map<String, Object> request, Map<String, String> secrets) {
		refuse(secrets, JSON.writeValueAsString(request));
		try {
			Files.createDirectories(directory());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (!Files.isWritable(directory()) || (Files.exists(this.file) && !Files.isWritable(this.file))) {
			throw new IllegalStateException("no permission to write " + this.file.toAbsolutePath());
		}
	}

	/**
	 * Add a run, after the other recordings of the same request.
	 * @param run the run as it is to be read
	 * @param secrets the values that must not be in the file, with their names
	 * @throws IllegalStateException if the run is too large, or contains a secret
	 */
	void add(Map<String, Object> run, Map<String, String> secrets) {
		byte[] bytes = JSON.writeValueAsBytes(run);
		if (bytes.length > MAX_RUN_BYTES) {
			throw new IllegalStateException("it has " + bytes.length + " bytes, and at most " + MAX_RUN_BYTES
					+ " are recorded. A CassetteFilter can remove what the test does not need");
		}
		refuse(secrets, new String(bytes, StandardCharsets.UTF_8));
		// one thread of a JVM, and one JVM
		synchronized (CassetteFile.class) {
			try (FileChannel lock = FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				lock.lock();
				byte[] content = content(JSON.readTree(bytes));
				replace(this.file, content);
				if (!this.source.equals(this.file)) {
					replace(this.source, content);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/**
	 * Return the file that is locked, which is not beside the cassettes of the project.
	 */
	private Path lockFile() throws IOException {
		Path directory = Files.createDirectories(directory()).toRealPath();
		UUID name = UUID
			.nameUUIDFromBytes(directory.resolve(this.file.getFileName()).toString().getBytes(StandardCharsets.UTF_8));
		return Path.of(System.getProperty("java.io.tmpdir"), "tinyfish-cassette-" + name + ".lock");
	}

	private Path directory() {
		return Objects.requireNonNull(this.file.toAbsolutePath().getParent());
	}

	private byte[] content(JsonNode run) {
		List<JsonNode> runs = runs();
		runs.add(run);
		// of the same request, by the time of its submission: they end in any order
		runs.sort(Comparator.comparing((JsonNode each) -> each.path("request").toString())
			.thenComparing((each) -> each.at(RECORDED_AT).asString("")));
		DefaultIndenter lines = new DefaultIndenter("  ", "\n");
		DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
				PrettyPrinter.DEFAULT_SEPARATORS.withObjectNameValueSpacing(Separators.Spacing.AFTER))
			.withObjectIndenter(lines)
			.withArrayIndenter(lines);
		Map<String, Object> content = new LinkedHashMap<>();
		content.put("version", FORMAT);
		content.put("runs", runs);
		return (JSON.writer().with(printer).writeValueAsString(content) + "\n").getBytes(StandardCharsets.UTF_8);
	}

	private List<JsonNode> runs() {
		List<JsonNode> runs = new ArrayList<>();
		if (Files.exists(this.source)) {
			JSON.readTree(this.source.toFile()).path("runs").forEach(runs::add);
		}
		return runs;
	}

	private static void replace(Path file, byte[] content) throws IOException {
		// not a temporary file of the JDK, which others must not read
		Path temporary = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
		try {
			Files.write(temporary, content, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
					StandardOpenOption.WRITE, StandardOpenOption.SYNC);
			Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
	}

	private static void refuse(Map<String, String> secrets, String text) {
		String name = WrittenSecrets.find(text, secrets);
		if (name != null) {
			throw new IllegalStateException("the file would contain the API key or another secret (" + name
					+ "). A CassetteFilter can remove it");
		}
	}

}
