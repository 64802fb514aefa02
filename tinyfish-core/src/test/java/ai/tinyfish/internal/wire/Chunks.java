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

package ai.tinyfish.internal.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Ways to cut a stream into the pieces in which it arrives.
 */
final class Chunks {

	private Chunks() {
	}

	/**
	 * Cut into pieces of one size; the last may be smaller.
	 */
	static List<byte[]> ofSize(byte[] bytes, int size) {
		List<byte[]> chunks = new ArrayList<>();
		for (int from = 0; from < bytes.length; from += size) {
			chunks.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
		}
		return chunks;
	}

	/**
	 * Cut at the given offsets, which ascend; two that are equal have an empty piece
	 * between them.
	 */
	static List<byte[]> at(byte[] bytes, int... offsets) {
		List<byte[]> chunks = new ArrayList<>();
		int from = 0;
		for (int to : offsets) {
			chunks.add(Arrays.copyOfRange(bytes, from, to));
			from = to;
		}
		chunks.add(Arrays.copyOfRange(bytes, from, bytes.length));
		return chunks;
	}

	/**
	 * Cut into pieces of random sizes, some of them empty.
	 */
	static List<byte[]> random(byte[] bytes, SplittableRandom random) {
		int[] sizes = { 2, 8, 64, 1024, 8192 };
		int largest = sizes[random.nextInt(sizes.length)];
		List<byte[]> chunks = new ArrayList<>();
		int from = 0;
		while (from < bytes.length) {
			int to = (random.nextInt(8) == 0) ? from : Math.min(bytes.length, from + 1 + random.nextInt(largest));
			chunks.add(Arrays.copyOfRange(bytes, from, to));
			from = to;
		}
		return chunks;
	}

}
