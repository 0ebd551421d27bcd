//! What a key of a model file is. One description serves its reader, the schema, the tables of the documentation and the help
//! of messages. Lagrangians, synapses and figures describe their own keys with it.

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A number.
    Number,
    /// A number above 0.
    Positive,
    /// A number, 0 or above.
    NotNegative,
    /// A number from 0 to 1.
    Fraction,
    /// A whole number, at least and at most.
    Whole(u64, Option<u64>),
    /// `true` or `false`.
    Flag,
    /// A string.
    Text,
    /// Anything.
    Any,
    /// One of these words.
    Words(fn() -> Vec<&'static str>),
    /// An array, in any of its forms.
    Array,
    /// Which of many: `"all"`, `"0..10"`, a list of numbers.
    Selection,
    /// A Lagrangian: its name, or a table.
    Lagrangian,
    /// What a layer starts with.
    Start,
    /// A synapse.
    Synapse,
    /// A figure.
    Figure,
    /// A layer by its name.
    Layer,
    /// Layers by their names.
    Layers,
    /// Two neurons: whole numbers of the layer that the key `layer` names, or `LAYER.K`.
    Neurons,
    /// The two ends of an axis, rising.
    Ends,
    /// The same of the finished figure: a matter of its style.
    Range,
    /// A stimulus.
    Stimulus,
    /// A list, of at least and at most so many.
    List(&'static Form, usize, Option<usize>),
    /// A table whose keys are names.
    Named(&'static Form),
    /// One of these.
    Either(&'static [Form]),
    /// A table.
    Table(&'static Section),
}

impl Form {
    /// May a list stand there?
    pub fn is_list(&self) -> bool {
        match self {
            Form::List(..) => true,
            Form::Either(forms) => forms.iter().any(Form::is_list),
            _ => false,
        }
    }

    /// What may stand at this name, or number, inside; none where nothing may, or where its own list says it.
    pub fn inside(&self, name: &str) -> Option<&'static Form> {
        match self {
            Form::Named(form) => Some(form),
            Form::List(form, ..) => name.parse::<usize>().ok().map(|_| *form),
            Form::Either(forms) => forms.iter().find_map(|form| form.inside(name)),
            Form::Table(table) => table.all().find(|k| k.name == name).map(|k| &k.form),
            _ => None,
        }
    }
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What may stand there.
    pub form: Form,
    /// What it means, in Markdown.
    pub about: &'static str,
    /// What it is if it is left out, in Markdown; [`NEEDED`] if it may not be, empty where [`Key::about`] says it.
    pub default: &'static str,
}

/// Numbers, any number of them.
pub const NUMBERS: Form = Form::List(&Form::Number, 0, None);

/// The default of a key that may not be left out.
pub const NEEDED: &str = "needed";

/// A table of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// What messages call it.
    pub what: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// Keys of which at least one is needed.
    pub one_of: &'static [&'static str],
    /// What its other keys may hold, where they are names.
    pub others: Option<Form>,
    /// The table whose keys it has as well.
    pub base: Option<&'static Section>,
}

impl Section {
    /// All of its keys; its own come last.
    pub fn all(&self) -> impl Iterator<Item = &'static Key> + use<> {
        let base = self.base.map_or(&[][..], |s| s.keys);
        base.iter().chain(self.keys)
    }

    /// May it have this key?
    pub fn has(&self, key: &str) -> bool {
        self.others.is_some() || self.all().any(|k| k.name == key)
    }

    /// Its keys as a table of the documentation.
    pub fn markdown(&self) -> String {
        let mut text = "| key | what | default |\n|---|---|---|\n".to_owned();
        for Key {
            name,
            about,
            default,
            ..
        } in self.keys
        {
            text += &format!("| `{name}` | {about} | {default} |\n");
        }
        text
    }
}

/// A key of an entry of a list, whose meaning says its default.
pub const fn parameter(name: &'static str, form: Form, about: &'static str) -> Key {
    key(name, form, about, "")
}

/// A key.
pub const fn key(
    name: &'static str,
    form: Form,
    about: &'static str,
    default: &'static str,
) -> Key {
    Key {
        name,
        form,
        about,
        default,
    }
}

/// A table with these keys and no others.
pub const fn section(what: &'static str, keys: &'static [Key]) -> Section {
    Section {
        what,
        keys,
        one_of: &[],
        others: None,
        base: None,
    }
}
