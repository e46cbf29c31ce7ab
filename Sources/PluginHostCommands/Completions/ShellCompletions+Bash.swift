extension ShellCompletions {
    /// The script for bash.
    var bash: String {
        """
        # Completes command lines of plugin-host in bash: source <(plugin-host completions bash)
        \(table)

        # Offers what is in a source.
        _plugin_host_offer() {
            local IFS=$'\\n'
            case $1 in
                =*) local words=${1#=}; COMPREPLY=($(compgen -W "${words//,/$'\\n'}" -- "$2")) ;;
                @*) COMPREPLY=($(compgen -W "$("$program" completions "${1#@}" "${socket[@]}" 2>/dev/null)" -- "$2")) ;;
                files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$2")) ;;
                directories) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$2")) ;;
            esac
        }

        _plugin_host() {
            local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} options values places rest
            local -a socket=()
            COMPREPLY=()
            program=${program/#\\~\\//$HOME/}
            if ((COMP_CWORD == 1)); then
                COMPREPLY=($(compgen -W '\(verbs.joined(separator: " "))' -- "$word"))
                return
            fi
            if [[ ${COMP_WORDS[1]} == help ]]; then
                ((COMP_CWORD == 2)) && COMPREPLY=($(compgen -W '\(commands.map(\.name).joined(separator: " "))' -- "$word"))
                return
            fi
            _plugin_host_table "${COMP_WORDS[1]}"
            # Which argument it is: words that are no options and no values of options come before it.
            local index place=0 pending='' value
            for ((index = 2; index < COMP_CWORD; index++)); do
                local each=${COMP_WORDS[index]}
                if [[ -n $pending ]]; then
                    [[ $each == '=' ]] && continue
                    [[ $pending_name == --socket ]] && socket=(--socket "$each")
                    pending=''
                elif [[ $each == -?* ]]; then
                    for value in $values; do
                        [[ ${value%%:*} == "$each" ]] && pending=${value#*:} pending_name=$each
                    done
                else
                    place=$((place + 1))
                fi
            done
            if [[ -n $pending ]]; then
                [[ $word == '=' ]] && word=''
                _plugin_host_offer "$pending" "$word"
            elif [[ $word == -* ]]; then
                COMPREPLY=($(compgen -W "$options" -- "$word"))
            else
                local -a each=($places)
                _plugin_host_offer "${each[place]:-$rest}" "$word"
            fi
        }

        complete -F _plugin_host plugin-host

        """
    }
}
