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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;

/**
 * The types of the published modules with their Javadoc, read from the sources.
 */
final class SourceTypes {

	private final DocTrees docs;

	/**
	 * By their simple names, with those of the types around them: {@code Run.Builder}.
	 */
	private final Map<String, SourceType> types = new TreeMap<>();

	private SourceTypes(DocTrees docs) {
		this.docs = docs;
	}

	/**
	 * Read all types outside of internal packages, by their names.
	 */
	static Map<String, SourceType> ofAllModules() throws IOException {
		List<Path> files = new ArrayList<>();
		for (String module : PublicApiTests.modules()) {
			try (Stream<Path> sources = Files.walk(Documents.ROOT.resolve(module).resolve("src/main/java"))) {
				sources.filter((file) -> file.toString().matches(".*[A-Z]\\w*\\.java"))
					.filter((file) -> !file.toString().contains("/internal/"))
					.forEach(files::add);
			}
		}
		return of(files);
	}

	/**
	 * Read all types of files, by their names.
	 */
	static Map<String, SourceType> of(List<Path> files) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
			JavacTask task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null,
					manager.getJavaFileObjectsFromPaths(files));
			SourceTypes reader = new SourceTypes(DocTrees.instance(task));
			for (CompilationUnitTree unit : task.parse()) {
				TreePath root = new TreePath(unit);
				unit.getTypeDecls()
					.stream()
					.filter(ClassTree.class::isInstance)
					.forEach((type) -> reader.read(new TreePath(root, type), "", true));
			}
			return reader.types;
		}
	}

	private void read(TreePath path, String prefix, boolean isEnclosingPublic) {
		ClassTree tree = (ClassTree) path.getLeaf();
		String name = prefix + tree.getSimpleName();
		boolean isPublic = isEnclosingPublic && isPublic(tree.getModifiers());
		List<Member> members = new ArrayList<>();
		DocCommentTree comment = this.docs.getDocCommentTree(path);
		for (Tree member : tree.getMembers()) {
			TreePath memberPath = new TreePath(path, member);
			if (member instanceof ClassTree) {
				read(memberPath, name + ".", isPublic);
			}
			else if (member instanceof VariableTree field) {
				field(tree, field, comment, memberPath).ifPresent(members::add);
			}
			else if (member instanceof MethodTree method && isPublic(method.getModifiers())
					&& method.getReturnType() != null && !method.getModifiers().getFlags().contains(Modifier.STATIC)) {
				members.add(method(method, memberPath));
			}
		}
		String superclass = (tree.getExtendsClause() != null)
				? tree.getExtendsClause().toString().replaceAll("<.*|@\\w+ ", "") : "";
		String origin = String.valueOf(path.getCompilationUnit().getPackageName());
		this.types.put(name,
				new SourceType(name, origin, tree.getKind(), isPublic, superclass, sentence(comment), members));
	}

	private Optional<Member> field(ClassTree type, VariableTree field, DocCommentTree ofType, TreePath path) {
		String text = String.valueOf(field.getInitializer());
		boolean isConstant = type.getKind() == Tree.Kind.ENUM
				|| (isPublic(field.getModifiers()) && field.getModifiers().getFlags().contains(Modifier.STATIC)
						&& text.startsWith("new " + type.getSimpleName()));
		if (isConstant && isPublic(field.getModifiers())) {
			String sent = text.startsWith("new " + type.getSimpleName() + "(\"")
					? Documents.find(text, "\"(.*?)\"").get(0) : "";
			return Optional.of(new Member(Role.CONSTANT, field.getName().toString(), sent, "", false,
					all(this.docs.getDocCommentTree(path)), ""));
		}
		if (type.getKind() != Tree.Kind.RECORD || field.getModifiers().getFlags().contains(Modifier.STATIC)) {
			return Optional.empty();
		}
		return Optional.of(new Member(Role.COMPONENT, field.getName().toString(), jsonName(field.getModifiers()),
				type(field.getType()), isNullable(field.getModifiers(), field.getType()), "",
				param(ofType, field.getName().toString())));
	}

	private Member method(MethodTree method, TreePath path) {
		DocCommentTree comment = this.docs.getDocCommentTree(path);
		String name = method.getName().toString();
		List<? extends VariableTree> parameters = method.getParameters();
		if (parameters.isEmpty()) {
			return new Member(Role.ACCESSOR, name, jsonName(method.getModifiers()), type(method.getReturnType()),
					isNullable(method.getModifiers(), method.getReturnType()), sentence(comment), returned(comment));
		}
		VariableTree first = parameters.get(0);
		String json = Documents.find(String.valueOf(method.getBody()), "\\bset(?:Json)?\\(\"(\\w+)\"")
			.stream()
			.findFirst()
			.orElse("");
		String type = String.join(", ", parameters.stream().map((parameter) -> type(parameter.getType())).toList());
		return new Member(
				type(method.getReturnType()).endsWith("Builder") || type(method.getReturnType()).equals("B")
						? Role.SETTER : Role.OTHER,
				name, json, type, isNullable(first.getModifiers(), first.getType()), sentence(comment),
				param(comment, first.getName().toString()));
	}

	private static boolean isPublic(ModifiersTree modifiers) {
		return modifiers.getFlags().contains(Modifier.PUBLIC);
	}

	private static boolean isNullable(ModifiersTree modifiers, Tree type) {
		return modifiers.getAnnotations().stream().anyMatch((annotation) -> annotation.toString().contains("Nullable"))
				|| type.toString().matches("(?s)[\\w.]*@Nullable\\b.*");
	}

	private static String type(Tree type) {
		return type.toString().replaceAll("@Nullable(\\(\\))? ?", "").replaceAll("\\s+", " ");
	}

	private static String jsonName(ModifiersTree modifiers) {
		for (AnnotationTree annotation : modifiers.getAnnotations()) {
			if (annotation.getAnnotationType().toString().equals("JsonProperty")
					&& !annotation.getArguments().isEmpty()) {
				Tree argument = annotation.getArguments().get(0);
				Tree value = (argument instanceof AssignmentTree assignment) ? assignment.getExpression() : argument;
				return value.toString().replace("\"", "");
			}
		}
		return "";
	}

	private static String sentence(DocCommentTree comment) {
		return (comment != null) ? text(comment.getFirstSentence()) : "";
	}

	private static String all(DocCommentTree comment) {
		return (comment != null) ? text(comment.getFullBody()) : "";
	}

	private static String param(DocCommentTree comment, String name) {
		return blockTags(comment).filter(ParamTree.class::isInstance)
			.map(ParamTree.class::cast)
			.filter((tag) -> tag.getName().getName().contentEquals(name))
			.map((tag) -> text(tag.getDescription()))
			.findFirst()
			.orElse("");
	}

	private static String returned(DocCommentTree comment) {
		return blockTags(comment).filter(ReturnTree.class::isInstance)
			.map((tag) -> text(((ReturnTree) tag).getDescription()))
			.findFirst()
			.orElse("");
	}

	private static Stream<? extends DocTree> blockTags(DocCommentTree comment) {
		return (comment != null) ? comment.getBlockTags().stream() : Stream.empty();
	}

	/**
	 * Return Javadoc as Markdown.
	 */
	private static String text(List<? extends DocTree> parts) {
		StringBuilder text = new StringBuilder();
		for (DocTree part : parts) {
			if (part instanceof LinkTree link) {
				text.append(link.getLabel().isEmpty() ? "`" + reference(link.getReference().getSignature()) + "`"
						: "`" + text(link.getLabel()) + "`");
			}
			else if (part instanceof LiteralTree literal) {
				text.append('`').append(literal.getBody().getBody()).append('`');
			}
			else if (!part.toString().startsWith("<")) {
				text.append(part);
			}
		}
		return text.toString().replaceAll("\\s+", " ").strip();
	}

	private static String reference(String signature) {
		return signature.replaceFirst("^#", "").replaceAll("\\(.*\\)", "()").replace('#', '.');
	}

	/**
	 * A type.
	 *
	 * @param name name, with those of the types around it
	 * @param origin package
	 * @param kind whether it is a class, a record or an enum
	 * @param isPublic whether callers can use it
	 * @param superclass name of the class that it extends; empty if absent
	 * @param summary first sentence
	 * @param members members that callers can use
	 */
	record SourceType(String name, String origin, Tree.Kind kind, boolean isPublic, String superclass, String summary,
			List<Member> members) {

		List<Member> members(Role role) {
			return this.members.stream().filter((member) -> member.role() == role).toList();
		}

	}

	/**
	 * A property or a constant.
	 *
	 * @param role property or constant
	 * @param name name of the method, component or constant
	 * @param json name in JSON; empty if it has none
	 * @param type its type in Java
	 * @param nullable whether it may be null
	 * @param summary first sentence of a method, all of a constant
	 * @param value description of the value, from its tag
	 */
	record Member(Role role, String name, String json, String type, boolean nullable, String summary, String value) {

	}

	/**
	 * Roles of members.
	 */
	enum Role {

		/** A component of a record. */
		COMPONENT,

		/** A method without parameters. */
		ACCESSOR,

		/** A method of a builder. */
		SETTER,

		/** A constant of an enum or of an open value. */
		CONSTANT,

		/** Another method. */
		OTHER

	}

}
