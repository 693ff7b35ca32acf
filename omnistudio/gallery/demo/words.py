"""Prompts of the demo: believable texts in English, Thai and Chinese, each number another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "th", "zh"]

# Half of the prompts are English; Thai and Chinese share the rest.
LANGUAGES: tuple[Language, ...] = ("en", "th", "en", "zh")
# One prompt in so many has a guest in it, for searches that find little.
GUEST_EVERY = 1999
# Primes: neighbouring numbers become texts that differ in more than one word.
_SCATTER, _APART = 7_368_787, 50_023


@dataclass(frozen=True)
class Theme:
    """What a prompt is about: its subjects by language; some themes are also filmed."""

    name: str
    subjects: dict[Language, tuple[str, ...]]
    filmed: bool = False


THEMES = (
    Theme(
        "vessel",
        {
            "en": ("a celadon vase", "a tea bowl with a gold seam", "two glazed jars", "a blue and white teapot"),
            "th": ("แจกันศิลาดล", "ถ้วยชาซ่อมด้วยทอง", "โถเคลือบสองใบ", "กาน้ำชาลายคราม"),
            "zh": ("一只青瓷花瓶", "金缮茶碗", "两只釉陶罐", "青花瓷茶壶"),
        },
    ),
    Theme(
        "lanterns",
        {
            "en": ("paper lanterns over the river", "a hundred floating lanterns", "a lantern seller", "a lantern"),
            "th": ("โคมลอยเหนือแม่น้ำ", "โคมไฟกระดาษริมน้ำ", "คนขายโคม", "โคมยี่เป็ง"),
            "zh": ("河上的纸灯笼", "成百盏天灯", "卖灯笼的人", "一盏孔明灯"),
        },
        filmed=True,
    ),
    Theme(
        "mountains",
        {
            "en": (
                "a mountain ridge above the clouds",
                "snow peaks",
                "rice terraces below a peak",
                "a mountain lake",
            ),
            "th": ("แนวเขาเหนือทะเลหมอก", "ยอดเขาหิมะ", "นาขั้นบันไดใต้ภูเขา", "ทะเลสาบกลางหุบเขา"),
            "zh": ("云海之上的山脊", "雪山", "山下的梯田", "高山湖泊"),
        },
    ),
    Theme(
        "sea",
        {
            "en": ("long waves on an empty beach", "a fishing boat at sea", "a lighthouse", "the sea from above"),
            "th": ("คลื่นยาวบนหาดร้าง", "เรือประมงกลางทะเล", "ประภาคาร", "ทะเลจากมุมสูง"),
            "zh": ("空旷海滩上的长浪", "海上的渔船", "灯塔", "俯瞰大海"),
        },
        filmed=True,
    ),
    Theme(
        "city",
        {
            "en": ("a city street with neon signs", "the skyline of Bangkok", "a night market", "a tram in the city"),
            "th": ("ถนนในเมืองกับป้ายนีออน", "เส้นขอบฟ้ากรุงเทพฯ", "ตลาดกลางคืน", "รถรางในเมือง"),
            "zh": ("霓虹灯下的城市街道", "曼谷的天际线", "夜市", "城市里的电车"),
        },
        filmed=True,
    ),
    Theme(
        "flowers",
        {
            "en": ("a lotus pond", "peonies in a bowl", "a field of poppies", "a branch of plum blossom"),
            "th": ("สระบัว", "ดอกโบตั๋นในชาม", "ทุ่งดอกป๊อปปี้", "กิ่งดอกเหมย"),
            "zh": ("荷花池", "碗中的牡丹", "一片罂粟花田", "一枝梅花"),
        },
    ),
    Theme(
        "forest",
        {
            "en": (
                "a path through a bamboo forest",
                "old trees with moss",
                "a deer in the forest",
                "a forest stream",
            ),
            "th": ("ทางเดินในป่าไผ่", "ต้นไม้เก่าปกคลุมด้วยมอส", "กวางในป่า", "ลำธารกลางป่า"),
            "zh": ("竹林小径", "长满青苔的老树", "林中的鹿", "森林里的溪流"),
        },
    ),
    Theme(
        "dunes",
        {
            "en": ("dunes with a single rider", "a caravan in the desert", "ripples in the sand", "a desert camp"),
            "th": ("เนินทรายกับคนขี่อูฐคนเดียว", "กองคาราวานในทะเลทราย", "ริ้วคลื่นบนทราย", "ค่ายพักกลางทะเลทราย"),
            "zh": ("沙丘上的独行者", "沙漠中的驼队", "沙上的波纹", "沙漠营地"),
        },
    ),
)

_DETAILS: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("in light rain", "reflected in still water", "seen through an open window", "with a small red boat",
         "half hidden in mist", "beside a wooden bridge", "with two herons", "after the first snow",
         "under a tiled roof", "with a child in a yellow coat", "framed by pine branches", "beside a stone wall"),
        ("at dawn", "at dusk", "in late afternoon light", "by moonlight", "under an overcast sky",
         "in the blue hour", "at noon", "lit by one candle", "against the sun", "in the last light of the day"),
        ("ink wash painting", "35 mm film photograph", "watercolour on rough paper", "woodblock print",
         "oil painting with a palette knife", "risograph in two colours", "soft pastel", "studio photograph",
         "gouache illustration", "miniature model", "pencil drawing with one colour", "poster of the 1960s"),
        ("muted colours", "jade and gold", "a lot of empty space", "a low point of view", "shallow depth of field",
         "wide shot", "close up", "seen from above", "warm tones", "cold tones", "fine grain", "high contrast",
         "quiet mood", "symmetrical"),
    ),
    "th": (
        ("ในสายฝนบาง", "สะท้อนบนผิวน้ำนิ่ง", "มองผ่านหน้าต่างที่เปิดอยู่", "กับเรือสีแดงลำเล็ก", "ซ่อนอยู่ในหมอก",
         "ข้างสะพานไม้", "กับนกกระยางสองตัว", "หลังหิมะแรก", "ใต้หลังคากระเบื้อง", "กับเด็กใส่เสื้อสีเหลือง",
         "ล้อมด้วยกิ่งสน", "ข้างกำแพงหิน"),
        ("ยามเช้าตรู่", "ยามพลบค่ำ", "แสงบ่ายแก่", "ใต้แสงจันทร์", "ใต้ฟ้าครึ้ม", "ช่วงฟ้าสีน้ำเงิน", "เที่ยงวัน",
         "แสงเทียนเล่มเดียว", "ย้อนแสง", "แสงสุดท้ายของวัน"),
        ("ภาพหมึกจีน", "ภาพถ่ายฟิล์ม 35 มม.", "สีน้ำบนกระดาษหยาบ", "ภาพพิมพ์แกะไม้", "สีน้ำมันใช้เกรียง", "ริโซกราฟสองสี",
         "ชอล์กนุ่ม", "ภาพถ่ายในสตูดิโอ", "ภาพประกอบสีกวอช", "แบบจำลองย่อส่วน", "ดินสอกับสีเดียว", "โปสเตอร์ยุค 1960"),
        ("โทนสีหม่น", "สีหยกและทอง", "พื้นที่ว่างมาก", "มุมต่ำ", "ชัดตื้น", "ภาพกว้าง", "ภาพใกล้", "มองจากด้านบน",
         "โทนอุ่น", "โทนเย็น", "เกรนละเอียด", "คอนทราสต์สูง", "อารมณ์เงียบสงบ", "สมมาตร"),
    ),
    "zh": (
        ("细雨中", "倒映在静水里", "透过打开的窗户", "旁边有一只小红船", "半隐在薄雾中", "木桥旁", "有两只白鹭",
         "初雪之后", "瓦檐下", "有一个穿黄衣的孩子", "松枝环绕", "石墙旁"),
        ("清晨", "黄昏", "午后斜阳", "月光下", "阴天", "蓝调时刻", "正午", "一支烛光", "逆光", "最后一缕日光"),
        ("水墨画", "35毫米胶片摄影", "粗纹纸水彩", "木版画", "刮刀油画", "双色孔版印刷", "软色粉", "棚拍摄影",
         "水粉插画", "微缩模型", "单色铅笔画", "六十年代海报"),
        ("色调柔和", "翡翠与金色", "大量留白", "低机位", "浅景深", "远景", "特写", "俯视", "暖色调", "冷色调",
         "细腻颗粒", "高对比", "气氛宁静", "对称构图"),
    ),
}  # fmt: skip
_GUEST: dict[Language, str] = {"en": "and an axolotl", "th": "กับแอกโซลอเติล", "zh": "还有一只美西螈"}
_BETWEEN: dict[Language, str] = {"en": ", ", "th": " ", "zh": "，"}


def theme_of(number: int) -> Theme:
    """What the prompt of this number is about."""
    return THEMES[number // len(LANGUAGES) % len(THEMES)]


def prompt_text(number: int) -> str:
    """The prompt of this number; the same number is always the same text."""
    language = LANGUAGES[number % len(LANGUAGES)]
    choices = (theme_of(number).subjects[language], *_DETAILS[language])
    total = 1
    for words in choices:
        total *= len(words)
    turn, place = divmod(number, len(LANGUAGES) * len(THEMES))
    rest = (turn * _SCATTER + place * _APART) % total
    parts = []
    for words in choices:
        rest, index = divmod(rest, len(words))
        parts.append(words[index])
    if number % GUEST_EVERY == GUEST_EVERY - 1:
        parts.append(_GUEST[language])
    head = "" if language == "zh" else " "
    return _BETWEEN[language].join([head.join(parts[:2]), *parts[2:]])
