/// A plugin in Rust with a state; the sample `RustCounter` under another name.
enum RustTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        [source(names), build(names), test(names)]
    }

    /// What every package has beside its sources.
    static func common(_ names: TemplateNames, program: String) -> [TemplateFile] {
        [readme(names, program: program), TemplateFile(".gitignore", "*.so\n*.so.new\n")]
    }

    /// Puts a build where a host looks for plugins, and runs a host there.
    static func runLine(_ names: TemplateNames, program: String) -> String {
        "mkdir -p Plugins && ./build Plugins/lib\(names.snake).so && \(program) run"
    }

    private static func readme(_ names: TemplateNames, program: String) -> TemplateFile {
        let elsewhere = program == "plugin-host" ? "" : " If\n`plugin-host` is not in your `PATH`, it is `\(program)`."
        return TemplateFile(
            "README.md",
            """
            # \(names.title)

            For swift-plugin-host: a plugin in Rust, with `rustc` alone, without cargo and crates. Go on with

            ```
            ./test                           # builds it, and has plugin-host check what it promises
            \(runLine(names, program: "plugin-host"))
            plugin-host call \(names.id) increment
            ```

            the last one in another terminal. After a change, `./build Plugins/lib\(names.snake).so` is all: the host
            replaces the build that runs.\(elsewhere)

            | file | holds |
            |---|---|
            | `\(names.snake).rs` | the plugin |
            | `build OUTPUT.so` | builds it |
            | `test` | builds it, and has `plugin-host check` try what it promises |
            """
        )
    }

    private static func test(_ names: TemplateNames) -> TemplateFile {
        TemplateFile(
            "test",
            #"""
            #!/bin/sh
            # Builds the plugin, and has plugin-host look at the file and check what it promises; no host has to run.
            set -eu
            cd "$(dirname "$0")"
            ./build lib\#(names.snake).so
            host=${PLUGIN_HOST:-plugin-host}
            command -v "$host" >/dev/null || {
                echo "test: $host is not found: add plugin-host to PATH, or name it in PLUGIN_HOST" >&2
                exit 1
            }
            "$host" inspect lib\#(names.snake).so
            "$host" check lib\#(names.snake).so
            """#,
            isExecutable: true
        )
    }

    /// The sample's, which is built and tested with the package.
    private static func source(_ names: TemplateNames) -> TemplateFile {
        TemplateFile(
            "\(names.snake).rs",
            String(decoding: PackageResources.rust_counter_rs, as: UTF8.self)
                .replacing("rust_counter", with: names.snake)
                .replacing("rust-counter", with: names.id)
                .replacing("Rust counter", with: names.title)
        )
    }

    private static func build(_ names: TemplateNames) -> TemplateFile {
        TemplateFile(
            "build",
            #"""
            #!/bin/sh
            # Builds the plugin with rustc alone, without cargo and crates: build OUTPUT.so
            set -eu
            output=${1:?usage: build OUTPUT}
            case $output in /*) ;; *) output=$PWD/$output ;; esac
            cd "$(dirname "$0")"
            # The same source gives the same bytes, wherever it lies; a file that is being written has another name.
            rustc --edition 2021 --crate-name \#(names.snake) --crate-type cdylib -D warnings -C opt-level=2 \
                -C strip=debuginfo --remap-path-prefix "$PWD=." -o "$output.new" \#(names.snake).rs
            mv "$output.new" "$output"
            """#,
            isExecutable: true
        )
    }
}
