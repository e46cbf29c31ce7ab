extension RustTemplate {
    /// The plugin.
    static func source(_ names: TemplateNames) -> TemplateFile {
        TemplateFile(
            "\(names.snake).rs",
            #"""
            // A plugin in Rust: `rustc`, its standard library, and nothing else. The value survives every reload.
            //
            //   ./build lib\#(names.snake).so

            use std::mem::size_of;
            use std::os::raw::{c_char, c_void};
            use std::panic::{catch_unwind, AssertUnwindSafe};
            use std::{ptr, slice};

            // What is used of plugin_abi.h. Its layouts are frozen for ever, so that they can be spelled out.

            type Status = i32;
            const PH_OK: Status = 0;
            const PH_FAILED: Status = 1;
            const PH_BAD_PAYLOAD: Status = 2;
            const PH_METHOD_NOT_FOUND: Status = 3;
            const PH_INTERNAL: Status = 10;
            const PH_UNSUPPORTED: Status = 11;
            const PH_STATE_REFUSED: Status = 12;
            const PH_LOG_INFO: i32 = 2;

            /// ph_sink_v1_t: a place to write to.
            #[repr(C)]
            pub struct Sink {
                context: *mut c_void,
                write: unsafe extern "C" fn(*mut c_void, *const u8, u64) -> Status,
            }

            /// ph_source_v1_t: a place to read from.
            #[repr(C)]
            pub struct Source {
                context: *mut c_void,
                size: u64,
                read: unsafe extern "C" fn(*mut c_void, *mut u8, u64) -> u64,
            }

            /// ph_host_v1_t: what the host offers.
            #[repr(C)]
            pub struct Host {
                struct_size: u32,
                abi_minor: u32,
                context: *mut c_void,
                host_id: *const c_char,
                log: unsafe extern "C" fn(*mut c_void, i32, *const u8, u64),
                emit: unsafe extern "C" fn(*mut c_void, *const u8, u64, *const u8, u64) -> Status,
                read_configuration: unsafe extern "C" fn(*mut c_void, *const Sink) -> Status,
                get_interface: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_void,
            }

            /// ph_call_v1_t: one call.
            #[repr(C)]
            pub struct Call {
                struct_size: u32,
                reserved: u32,
                id: u64,
                deadline: u64,
                method: *const u8,
                method_size: u64,
                input: *const u8,
                input_size: u64,
            }

            /// A function that this plugin does not have; null stands for the default.
            type Absent = *const c_void;
            type Execute = unsafe extern "C" fn(*mut c_void, *const Call, *const Sink, *const Sink) -> Status;
            type SaveState = unsafe extern "C" fn(*mut c_void, *mut u32, *const Sink, *const Sink) -> Status;
            type TakeState = unsafe extern "C" fn(*mut c_void, u32, *const Source, *const Sink) -> Status;

            /// ph_instance_v1_t: the functions of one instance.
            #[repr(C)]
            pub struct Instance {
                struct_size: u32,
                reserved: u32,
                context: *mut c_void,
                load: Absent,
                initialise: Absent,
                start: Absent,
                pause: Absent,
                resume: Absent,
                stop: Absent,
                unload: Absent,
                execute: Option<Execute>,
                refresh: Absent,
                save_state: Option<SaveState>,
                check_state: Option<TakeState>,
                restore_state: Option<TakeState>,
                check_health: Absent,
                statistics: Absent,
                on_error: Absent,
                get_interface: Absent,
                destroy: Option<unsafe extern "C" fn(*mut c_void)>,
            }

            /// ph_strings_v1_t: a list of texts.
            #[repr(C)]
            pub struct Strings {
                items: *const *const c_char,
                count: u64,
            }

            /// ph_descriptor_v1_t: what the plugin is.
            #[repr(C)]
            pub struct Descriptor {
                struct_size: u32,
                flags: u32,
                id: *const u8,
                name: *const u8,
                version: *const u8,
                description: *const u8,
                author: *const u8,
                kind: i32,
                priority: i32,
                custom_type: *const u8,
                dependencies: Strings,
                capabilities: Strings,
                permissions: Strings,
                state_schema_minimum: u32,
                state_schema_maximum: u32,
            }

            /// ph_factory_v1_t: what the exported function returns.
            #[repr(C)]
            pub struct Factory {
                struct_size: u32,
                abi_major: u32,
                abi_minor: u32,
                reserved: u32,
                descriptor: *const Descriptor,
                create: unsafe extern "C" fn(*const Host, *mut Instance, *const Sink) -> Status,
            }

            /// ph_manifest_v1_t: what a host reads from the file before any code of it runs.
            #[repr(C)]
            pub struct Manifest {
                magic: u32,
                struct_size: u32,
                abi_major: u32,
                abi_minor: u32,
                swift_version: u32,
                flags: u32,
                state_schema_minimum: u32,
                state_schema_maximum: u32,
            }

            // A slip in what is above does not compile.
            const _: () =
                assert!(size_of::<Host>() == 56 && size_of::<Call>() == 56 && size_of::<Instance>() == 152);
            const _: () = assert!(
                size_of::<Descriptor>() == 120 && size_of::<Factory>() == 32 && size_of::<Manifest>() == 32
            );

            // The pointers in these lead to constants.
            unsafe impl Sync for Descriptor {}
            unsafe impl Sync for Factory {}

            // The plugin.

            /// What one instance keeps.
            struct Counter {
                host: *const Host,
                value: i64,
            }

            /// Why something fails: a status, and a message for people.
            struct Failure(Status, String);

            impl Counter {
                fn call(&mut self, method: &[u8], input: &[u8]) -> Result<String, Failure> {
                    match method {
                        b"increment" => {
                            let step = if input.is_empty() {
                                1
                            } else {
                                number(input, PH_BAD_PAYLOAD)?
                            };
                            let sum = self.value.checked_add(step);
                            let end = || {
                                Failure(
                                    PH_FAILED,
                                    format!("the counter can't count further than {}", self.value),
                                )
                            };
                            self.value = sum.ok_or_else(end)?;
                            Ok(self.value.to_string())
                        }
                        b"value" => Ok(self.value.to_string()),
                        _ => {
                            let name = String::from_utf8_lossy(method);
                            let message =
                                format!("the plugin has no method '{name}'; there are: increment, value");
                            Err(Failure(PH_METHOD_NOT_FOUND, message))
                        }
                    }
                }

                fn log(&self, message: &str) {
                    unsafe {
                        ((*self.host).log)(
                            (*self.host).context,
                            PH_LOG_INFO,
                            message.as_ptr(),
                            message.len() as u64,
                        )
                    }
                }
            }

            /// Reads a whole number as people and JSON write it.
            fn number(text: &[u8], status: Status) -> Result<i64, Failure> {
                let number = std::str::from_utf8(text)
                    .ok()
                    .and_then(|text| text.trim().parse().ok());
                number.ok_or_else(|| {
                    Failure(
                        status,
                        format!("'{}' is no whole number", String::from_utf8_lossy(text)),
                    )
                })
            }

            // The boundary: pointers become values, and failures become statuses.

            /// Runs what may fail; nothing may be thrown across the boundary, and so not even a panic is.
            unsafe fn guarded(error: *const Sink, body: impl FnOnce() -> Result<(), Failure>) -> Status {
                let Failure(status, message) = match catch_unwind(AssertUnwindSafe(body)) {
                    Ok(Ok(())) => return PH_OK,
                    Ok(Err(failure)) => failure,
                    Err(_) => Failure(
                        PH_INTERNAL,
                        "the plugin panicked; standard error says where".to_string(),
                    ),
                };
                let _ = write(error, message.as_bytes());
                status
            }

            unsafe fn write(sink: *const Sink, bytes: &[u8]) -> Result<(), Failure> {
                match ((*sink).write)((*sink).context, bytes.as_ptr(), bytes.len() as u64) {
                    PH_OK => Ok(()),
                    status => Err(Failure(
                        status,
                        "the host did not take the answer".to_string(),
                    )),
                }
            }

            /// Makes a slice of a pointer, which may be null if there are no bytes.
            unsafe fn bytes<'a>(start: *const u8, size: u64) -> &'a [u8] {
                if start.is_null() {
                    &[]
                } else {
                    slice::from_raw_parts(start, size as usize)
                }
            }

            /// Reads a state, which is a number in text.
            unsafe fn read_state(schema: u32, source: *const Source) -> Result<i64, Failure> {
                if schema != 1 {
                    return Err(Failure(
                        PH_STATE_REFUSED,
                        format!("the state has schema {schema}, and this version reads 1"),
                    ));
                }
                // No number is longer, and a host may give less than it was asked for.
                let mut text = [0u8; 32];
                let mut count = 0;
                while count < text.len() {
                    let room = &mut text[count..];
                    let more =
                        ((*source).read)((*source).context, room.as_mut_ptr(), room.len() as u64) as usize;
                    if more == 0 {
                        break;
                    }
                    count = text.len().min(count + more);
                }
                if count as u64 != (*source).size {
                    return Err(Failure(
                        PH_STATE_REFUSED,
                        "the state is not as long as it says".to_string(),
                    ));
                }
                number(&text[..count], PH_STATE_REFUSED)
            }

            unsafe extern "C" fn execute(
                context: *mut c_void,
                call: *const Call,
                answer: *const Sink,
                error: *const Sink,
            ) -> Status {
                guarded(error, || {
                    let (counter, call) = (&mut *(context as *mut Counter), &*call);
                    let answered = counter.call(
                        bytes(call.method, call.method_size),
                        bytes(call.input, call.input_size),
                    )?;
                    write(answer, answered.as_bytes())
                })
            }

            unsafe extern "C" fn save_state(
                context: *mut c_void,
                schema: *mut u32,
                out: *const Sink,
                error: *const Sink,
            ) -> Status {
                guarded(error, || {
                    *schema = 1;
                    write(
                        out,
                        (*(context as *mut Counter)).value.to_string().as_bytes(),
                    )
                })
            }

            /// The dry run: would the state be taken?
            unsafe extern "C" fn check_state(
                _: *mut c_void,
                schema: u32,
                state: *const Source,
                error: *const Sink,
            ) -> Status {
                guarded(error, || read_state(schema, state).map(|_| ()))
            }

            unsafe extern "C" fn restore_state(
                context: *mut c_void,
                schema: u32,
                state: *const Source,
                error: *const Sink,
            ) -> Status {
                guarded(error, || {
                    let counter = &mut *(context as *mut Counter);
                    // Read in full before it is kept: a state that is refused changes nothing.
                    counter.value = read_state(schema, state)?;
                    counter.log(&format!("goes on from {}", counter.value));
                    Ok(())
                })
            }

            unsafe extern "C" fn destroy(context: *mut c_void) {
                drop(Box::from_raw(context as *mut Counter));
            }

            /// Fills in the functions that this plugin has; the host has zeroed the others.
            unsafe extern "C" fn create(
                host: *const Host,
                instance: *mut Instance,
                error: *const Sink,
            ) -> Status {
                guarded(error, || {
                    if (*host).struct_size as usize != size_of::<Host>() {
                        return Err(Failure(PH_UNSUPPORTED, "unknown host table".to_string()));
                    }
                    let instance = &mut *instance;
                    instance.struct_size = size_of::<Instance>() as u32;
                    instance.context = Box::into_raw(Box::new(Counter { host, value: 0 })) as *mut c_void;
                    instance.execute = Some(execute);
                    instance.save_state = Some(save_state);
                    instance.check_state = Some(check_state);
                    instance.restore_state = Some(restore_state);
                    instance.destroy = Some(destroy);
                    Ok(())
                })
            }

            // What the host looks for.

            const NO_TEXTS: Strings = Strings {
                items: ptr::null(),
                count: 0,
            };

            static DESCRIPTOR: Descriptor = Descriptor {
                struct_size: size_of::<Descriptor>() as u32,
                flags: 0,
                id: b"\#(names.id)\0".as_ptr(),
                name: b"\#(names.title)\0".as_ptr(),
                version: b"1.0.0\0".as_ptr(),
                description: b"Counts, and goes on counting after every reload\0".as_ptr(),
                author: ptr::null(),
                kind: 2,
                priority: 50,
                custom_type: ptr::null(),
                dependencies: NO_TEXTS,
                capabilities: NO_TEXTS,
                permissions: NO_TEXTS,
                state_schema_minimum: 1,
                state_schema_maximum: 1,
            };

            static FACTORY: Factory = Factory {
                struct_size: size_of::<Factory>() as u32,
                abi_major: 1,
                abi_minor: 1,
                reserved: 0,
                descriptor: &DESCRIPTOR,
                create,
            };

            /// Lets a host see what this file is before any of its code runs: "PHM1", the ABI, and the schemas of the state.
            #[used]
            #[link_section = "ph_manifest"]
            static MANIFEST: Manifest = Manifest {
                magic: 0x314D_4850,
                struct_size: size_of::<Manifest>() as u32,
                abi_major: 1,
                abi_minor: 1,
                swift_version: 0,
                flags: 0,
                state_schema_minimum: 1,
                state_schema_maximum: 1,
            };

            /// The one function that is exported.
            #[no_mangle]
            pub extern "C" fn ph_plugin_factory() -> *const Factory {
                &FACTORY
            }
            """#
        )
    }
}
