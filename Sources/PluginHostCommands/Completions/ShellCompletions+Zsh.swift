extension ShellCompletions {
    /// The script for zsh.
    var zsh: String {
        """
        #compdef plugin-host
        # Completes command lines of plugin-host in zsh: plugin-host completions zsh > DIRECTORY_IN_FPATH/_plugin-host
        \(table)

        # Offers what is in a source.
        _plugin_host_offer() {
            case $1 in
                '='*) compadd -- ${(s:,:)${1#=}} ;;
                '@'*) compadd -- ${(f)"$($program completions ${1#@} $socket 2>/dev/null)"} ;;
                files) _files ;;
                directories) _files -/ ;;
            esac
        }

        _plugin_host() {
            local word=$words[CURRENT] program=${words[1]/#\\~\\//$HOME/} options values places rest
            local -a socket
            if ((CURRENT == 2)); then
                compadd -- \(verbs.joined(separator: " "))
                return
            fi
            if [[ $words[2] == help ]]; then
                ((CURRENT == 3)) && compadd -- \(commands.map(\.name).joined(separator: " "))
                return
            fi
            _plugin_host_table $words[2]
            # Which argument it is: words that are no options and no values of options come before it.
            local index place=1 pending='' name='' value each
            for ((index = 3; index < CURRENT; index++)); do
                each=$words[index]
                if [[ -n $pending ]]; then
                    [[ $name == --socket ]] && socket=(--socket $each)
                    pending=''
                elif [[ $each == -?* ]]; then
                    for value in ${=values}; do
                        [[ ${value%%:*} == $each ]] && pending=${value#*:} name=$each
                    done
                else
                    place=$((place + 1))
                fi
            done
            if [[ -n $pending ]]; then
                _plugin_host_offer $pending
            elif [[ $word == -* ]]; then
                compadd -- ${=options}
            else
                local -a sources=(${=places})
                _plugin_host_offer ${sources[place]:-$rest}
            fi
        }

        if [[ $funcstack[1] == _plugin-host ]]; then
            _plugin_host "$@"
        else
            compdef _plugin_host plugin-host
        fi

        """
    }
}
